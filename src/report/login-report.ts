import { displayPath } from "../layout.ts";
import type { Credential } from "../inspect/credential.ts";
import { printable } from "./printable.ts";
import { quote } from "./quote.ts";
import { loginText } from "./render-status.ts";
import { credentialStatus } from "./status-report.ts";

/** A login that was made and brought to its place. */
export interface LoginReport {
  /** Whose it is, null where nothing says. */
  readonly email: string | null;
  readonly credential: Credential;
  /** Whether it is in place; else the better one that was there is. */
  readonly isTaken: boolean;
  /** Whose login it took the place of, where that is another account's. */
  readonly replaced: string | null;
  /** The directory that holds the login, and where what lost lies. */
  readonly directory: string;
  readonly backups: string;
  /** The place that was named; null for the home's. */
  readonly to: string | null;
}

/** @param now epoch milliseconds @param home for paths in it */
export function renderLogin(report: LoginReport, now: number, home: string): string {
  const { email, credential, isTaken, replaced, directory, backups, to } = report;
  const as = email === null ? "logged in" : `logged in as ${email}`;
  const until = loginText({ credential: credentialStatus(credential, now) }, now);
  const [place, kept] = [displayPath(directory, home), displayPath(backups, home)];
  const lines = isTaken
    ? [
        `${as}: ${until}`,
        `it lies in ${place}`,
        ...(replaced === null ? [] : [`the login of ${replaced} that was there is in ${kept}`]),
        ...(to === null ? [] : [`use it: claude-credentials run --auth ${quote(to)} -- claude`]),
      ]
    : [`${as}, but the login in ${place} is the better one and stays`, `the new one is in ${kept}`];
  return `claude-credentials: ${lines.map(printable).join("\n  ")}\n`;
}

/** How a client that was to log in ended; `stderr` may hold secrets. */
export type LoginEnd =
  /** `code` is null where a signal ended it. */
  | { readonly kind: "ended"; readonly code: number | null; readonly stderr: string }
  | { readonly kind: "not-started"; readonly errnoCode: string }
  /** `pid` where it goes on by itself. */
  | { readonly kind: "timeout"; readonly pid: number | null };

/** What it says of its own failures (observed with Claude Code 2.1.330); its words are never passed on. */
const REFUSED = /status code 4\d\d|invalid_(?:grant|scope)/;
const UNREACHABLE = /ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|certificate|timeout of/i;

/**
 * Why there is no login, and what to do.
 * @param withToken whether it was to be made from a refresh token
 */
export function describeNoLogin(end: LoginEnd, withToken: boolean): readonly [why: string, hint: string] {
  const again = withToken
    ? "or log in with a browser: claude-credentials login"
    : "run it again when you like";
  if (end.kind === "not-started")
    return [`Claude Code could not be started (${end.errnoCode})`, "install it again: claude install"];
  if (end.kind === "timeout")
    return end.pid === null
      ? ["no answer came in time", "look at the network, then try again"]
      : [`Claude Code (process ${end.pid.toString()}) goes on by itself`, "leave it: the token works once"];
  if (REFUSED.test(end.stderr))
    return ["the server refused the token", `it works once: get another one, ${again}`];
  if (UNREACHABLE.test(end.stderr))
    return ["the server could not be reached", "look at network, proxy and certificates, then try again"];
  const how = end.code === null ? "was ended" : `ended (exit code ${end.code.toString()})`;
  return [`Claude Code ${how} without a login`, again];
}
