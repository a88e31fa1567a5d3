import { displayPath } from "../layout.ts";
import { MODES } from "./mode-findings.ts";
import { printable } from "./printable.ts";
import type { StatusReport } from "./status-report.ts";
import { renderFinding } from "./text.ts";
import { day, duration } from "./times.ts";

/**
 * A few lines for people: the verdict, who is logged in, until when, and where that is kept.
 * @param token what comes in the place of a login, and from where
 * @param now epoch milliseconds
 */
export function renderStatus(report: StatusReport, home: string, token: string, now: number): string {
  const { mode, account, credential, store, links, locks, findings } = report;
  const lines = [
    `claude-credentials: ${verdict(report)}`,
    ...(account === null
      ? []
      : [row("account", [account.email, account.organization].filter((part) => part !== null).join(", "))]),
    ...(credential.state === "valid" ? [row("login", loginText(report, now))] : []),
    ...(mode === "oauth" || mode === "none" ? [] : [row("mode", token)]),
    row(
      "store",
      store === null ? "none: ~/.claude lies in the container" : `${store.root} (${KINDS[store.kind]})`,
    ),
    ...links.map(({ path, target, state }) =>
      row(
        displayPath(path, home),
        target === null ? state : `${state}, leads to ${displayPath(target, home)}`,
      ),
    ),
    ...locks.map(({ path, ageSeconds }) =>
      row("lock", `${displayPath(path, home)}, touched ${duration(ageSeconds)} ago`),
    ),
  ];
  return `${lines.join("\n")}\n${findings.map(renderFinding).join("")}`;
}

/** Each kind of store in words. */
export const KINDS = {
  mount: "a volume",
  path: "a place you chose",
  git: "the repository's git directory",
  workspace: "the workspace folder",
} as const;

function row(name: string, text: string): string {
  return `  ${printable(name).padEnd(16)} ${printable(text)}`;
}

/** The state of the login in a few words. */
export function verdict({ mode, loggedIn, persistent }: StatusReport): string {
  if (!loggedIn) return "not logged in";
  if (mode !== "oauth")
    return persistent
      ? `Claude Code uses ${MODES[mode]}, which outlives rebuilds`
      : `Claude Code uses ${MODES[mode]}, which is gone with this container`;
  return persistent
    ? "logged in, and the login outlives rebuilds"
    : "logged in, but the login is gone with this container";
}

function loginText({ credential }: StatusReport, now: number): string {
  const { expiresIn, hasRefreshToken, subscriptionType, refreshTokenExpiresAt } = credential;
  const kind = subscriptionType === null ? "" : `${subscriptionType}, `;
  if (expiresIn === null) return `${kind}the access token does not expire`;
  const end = hasRefreshToken ? goodUntil(refreshTokenExpiresAt, now) : "";
  if (expiresIn > 0)
    return `${kind}access token good for ${duration(expiresIn)}${hasRefreshToken ? ", renews itself" : ", no refresh token"}${end}`;
  return `${kind}access token expired ${duration(-expiresIn)} ago${hasRefreshToken ? "; it renews itself at next use" : ", and there is no refresh token"}${end}`;
}

function goodUntil(end: number | null, now: number): string {
  if (end === null || Math.abs(end) > LATEST_DATE) return "";
  return end > now ? `, login good until ${day(end, now)}` : `, but the login ended on ${day(end, now)}`;
}

/** Milliseconds: no later time has a date in JavaScript. */
const LATEST_DATE = 8.64e15;
