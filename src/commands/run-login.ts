import { basename } from "node:path";
import type { Context } from "../context.ts";
import { modeInForce } from "../env/mode-in-force.ts";
import { UserError } from "../errors.ts";
import { accessEnd } from "../inspect/credential.ts";
import type { Machine } from "../inspect/inspect.ts";
import { askVersion, clientAt, findInstalledClient } from "../inspect/installed-client.ts";
import type { FoundLogin } from "../inspect/login-directory.ts";
import { inspectLoginSource } from "../inspect/login-source.ts";
import { takesStoreApart } from "../live/stored-login-environment.ts";
import type { Environment } from "../options.ts";
import { accessOnly } from "../plan/access-only.ts";
import { decideRunLogin, type RunLogin } from "../plan/decide-run-login.ts";
import { RENEWAL_LOCK_NAME } from "../plan/lock-names.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import { hasSameToken } from "../plan/with-expiry.ts";
import { ownHint } from "../report/finding.ts";
import { printable } from "../report/printable.ts";
import { describeGone, refreshReport } from "../report/refresh-report.ts";
import { duration } from "../report/times.ts";
import { verboseLines } from "../report/verbose.ts";
import type { RunOptions } from "../run-options.ts";
import { LoginRenewal, RENEWAL_LIMITS, type RenewalLimits } from "./renewal.ts";

/** Where the token lasts for some time yet, nobody waits long for another. */
const SHORT_LIMITS: RenewalLimits = {
  turn: 30_000,
  locks: 10_000,
  limit: 60_000,
  grace: 10_000,
  stop: 40_000,
};
/** Milliseconds that a renewal by somebody else is waited for, and from one look to the next. */
const RENEWED_ELSEWHERE_MS = 60_000;
const POLL_MS = 500;

/** Whether the environment alone logs a client in. */
function hasOwnToken(env: Environment): boolean {
  const set = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const source = { source: "environment", path: null, env: new Map(set), apiKeyHelper: "absent" } as const;
  return modeInForce([source], "none").mode !== "none";
}

/** A login, as a command comes to it. */
export interface Granted {
  readonly kind: "shared" | "copied" | "environment";
  /** What goes into the working copy. */
  readonly credential: string | null;
}

interface Decided {
  readonly decision: RunLogin;
  /** The credential's text that it was decided by. */
  readonly text: string | null;
}

/** Finds a way for a command to come to the login. */
export class LoginGrant {
  readonly #machine: Machine;
  readonly #context: Context;
  readonly #options: RunOptions;
  readonly #login: FoundLogin;
  readonly #isStopped: () => boolean;

  constructor(
    machine: Machine,
    context: Context,
    options: RunOptions,
    login: FoundLogin,
    isStopped: () => boolean,
  ) {
    this.#machine = machine;
    this.#context = context;
    this.#options = options;
    this.#login = login;
    this.#isStopped = isStopped;
  }

  /** @throws UserError where there is no login that the command could use */
  async grant(): Promise<Granted> {
    const first = await this.#decideInPeace();
    const found =
      first.decision.kind === "copied" && first.decision.renewFirst ? await this.#renew(first) : first;
    const { decision, text } = found;
    if (decision.kind === "shared") return { kind: "shared", credential: null };
    if (decision.kind === "copied") {
      const left = decision.endsAt === null ? null : decision.endsAt - this.#machine.now();
      const credential = text === null ? null : accessOnly(text);
      if (credential !== null && (left === null || left > 0)) {
        if (left !== null && (decision.fixed || left < this.#options.minTtl))
          this.#tell(
            `this login ${decision.fixed ? "cannot be renewed here" : "was not renewed"}; it works for ${duration(left / 1000)}`,
          );
        return { kind: "copied", credential };
      }
    }
    if (this.#options.keepEnv && hasOwnToken(this.#context.env))
      return { kind: "environment", credential: null };
    throw this.#refusal(decision);
  }

  /** While somebody has it renewed, a login looks as if it had ended: that is waited for where it cannot be renewed here. */
  async #decideInPeace(): Promise<Decided> {
    const { fs, elapsed, sleep } = this.#machine;
    const until = elapsed() + RENEWED_ELSEWHERE_MS;
    for (;;) {
      const decided = this.#decide();
      const hasEnded = decided.decision.kind === "gone" && decided.decision.why === "not-here";
      if (!hasEnded || elapsed() > until || this.#isStopped()) return decided;
      if (fs.lstat(`${this.#login.directory}/${RENEWAL_LOCK_NAME}`) === null) return decided;
      await sleep(POLL_MS);
    }
  }

  /** What is in the way is told; a token that lasts for some time yet is used all the same. */
  async #renew(first: Decided): Promise<Decided> {
    const { auth, minTtl } = this.#options;
    const end = accessEnd(first.text);
    const isUsable = end !== null && end - this.#machine.now() > SHORT_LIMITS.limit;
    this.#tell("the access token ends soon; Claude Code renews it first");
    const request = { ...this.#options, ...this.#login, minTtl };
    const limits = isUsable ? SHORT_LIMITS : RENEWAL_LIMITS;
    const renewal = await new LoginRenewal(this.#machine, this.#context, request, limits).run();
    const anew = auth === null ? "claude auth login" : `a new login, brought to ${auth}`;
    for (const found of refreshReport(renewal, this.#login.directory, anew).findings) {
      this.#tell(found.message);
      this.#context.err(`  ${printable(ownHint(found))}\n`);
    }
    const now = this.#decide();
    // Its end may still be said to have come, for a client that goes on by itself.
    const isSame = first.text !== null && now.text !== null && hasSameToken(first.text, now.text);
    return now.decision.kind !== "shared" && isUsable && isSame ? first : now;
  }

  #decide(): Decided {
    const { fs, user, now } = this.#machine;
    const { directory, isOwn } = this.#login;
    const { credential, text, obstacle } = inspectLoginSource(fs, user, directory, isOwn);
    const renewable = obstacle === null;
    const source = { credential, renewable, clientTakesStore: renewable && this.#clientTakesStore() };
    const decision = decideRunLogin(source, now(), this.#options.minTtl);
    this.#say(`${directory}: credential ${credential.state}, decided: ${decision.kind}`);
    return { decision, text };
  }

  /** Whether the client can be given the login apart from all else (facts C7). */
  #clientTakesStore(): boolean {
    const { fs } = this.#machine;
    const { command, home } = this.#options;
    const { env } = this.#context;
    const isNamed = command[0].includes("/") && basename(command[0]) === "claude";
    const client = isNamed ? clientAt(fs, command[0]) : findInstalledClient(fs, env["PATH"] ?? "", home);
    const version = client === null ? null : (client.version ?? askVersion(client.path, env));
    this.#say(`Claude Code: ${client?.path ?? "none"}, version ${version ?? "unknown"}`);
    return takesStoreApart(version);
  }

  #refusal(decision: RunLogin): UserError {
    const { auth } = this.#options;
    const where = `${this.#login.directory}/${CREDENTIAL_NAME}`;
    if (auth !== null && this.#machine.fs.stat(auth) === null)
      return new UserError(
        `run: ${auth} is not there`,
        "name what holds the login: --auth with a store, or with what claude-credentials login --to or capture made",
      );
    if (decision.kind === "unreadable")
      return new UserError(
        `run: ${where} cannot be read (${decision.errnoCode})`,
        "look at its owner and mode, and at those of its directory",
      );
    const why = decision.kind === "gone" ? describeGone(decision.why) : "the access token has ended";
    const anew =
      auth === null
        ? "log in: claude auth login"
        : `renew it where it comes from (claude-credentials refresh, or a new login), and bring it to ${auth} again`;
    const other = hasOwnToken(this.#context.env) ? "   or use the environment's token: --keep-env" : "";
    return new UserError(`run: ${why} (${where})`, `${anew}${other}`);
  }

  #tell(line: string): void {
    this.#context.err(`claude-credentials: run: ${printable(line)}\n`);
  }

  #say(line: string): void {
    if (this.#options.verbose) this.#context.err(verboseLines([line]));
  }
}
