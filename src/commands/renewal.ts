import { LockSet } from "../apply/lock/lock-set.ts";
import { takeLocks } from "../apply/lock/take-locks.ts";
import { removeRunFolder } from "../apply/run-folder.ts";
import type { Context } from "../context.ts";
import { errnoCode, Interrupted, isErrno } from "../errors.ts";
import { accessEnd } from "../inspect/credential.ts";
import type { Machine } from "../inspect/inspect.ts";
import { findInstalledClient } from "../inspect/installed-client.ts";
import { inspectLoginSource, type LoginSource } from "../inspect/login-source.ts";
import { runTag } from "../inspect/run-tag.ts";
import type { ClientRun } from "../live/ask-client.ts";
import { judgeRun } from "../live/judge-run.ts";
import { CLIENT_LOCKS_MS } from "../login-pointer.ts";
import { decideRenewal, judgeRenewal } from "../plan/decide-renewal.ts";
import { RENEWAL_LOCK_NAME } from "../plan/lock-names.ts";
import { hasSameToken } from "../plan/with-expiry.ts";
import { explainFailure } from "../report/failure.ts";
import type { RefreshEnd } from "../report/refresh-report.ts";
import { verboseLines } from "../report/verbose.ts";
import { AccessExpiry } from "./access-expiry.ts";
import { makeOwnRunFolder } from "./own-run-folder.ts";
import { prepareClient } from "./renewing-client.ts";

/** Milliseconds. */
export interface RenewalLimits {
  /** For one who renews already: he may wait for the server as long as we do. */
  readonly turn: number;
  /** For Claude Code's locks: a client may be renewing by itself. */
  readonly locks: number;
  /** For its answer; a renewal was waited for by the client for up to 40 s (facts C9). */
  readonly limit: number;
  readonly grace: number;
  /** For its end where a signal asked us to stop: as a container's first process we take it with us. */
  readonly stop: number;
}

export const RENEWAL_LIMITS: RenewalLimits = {
  ...{ turn: 180_000, locks: CLIENT_LOCKS_MS, limit: 120_000, grace: 30_000, stop: 40_000 },
};

/** What is to be renewed. */
export interface RenewalRequest {
  /** The directory that holds the credential. */
  readonly directory: string;
  /** Where the settings are that go with it. */
  readonly settings: string;
  /** Whether it is the login of the user's own home. */
  readonly isOwn: boolean;
  /** The home whose Claude Code is started, where PATH names none. */
  readonly home: string;
  /** So long the access token is to last, milliseconds. */
  readonly minTtl: number;
  readonly verbose: boolean;
}

/** What tells of the end, or the text of the login that is to be renewed. */
type Judged = { readonly end: RefreshEnd } | { readonly end: null; readonly text: string };

/** What may be otherwise when it is tried again. */
export const PASSING = [
  "ESTALE",
  "ETIME",
  "ENOSPC",
  "EDQUOT",
  "EIO",
  "EAGAIN",
  "EMFILE",
  "ENFILE",
  "ETIMEDOUT",
];

/** Has Claude Code renew a login whose access token ends too soon: one call of `refresh`, or of what needs a token that lasts. */
export class LoginRenewal {
  readonly #machine: Machine;
  readonly #context: Context;
  readonly #request: RenewalRequest;
  readonly #limits: RenewalLimits;
  readonly #tag: string;
  readonly #signalled: () => number | null;

  constructor(
    machine: Machine,
    context: Context,
    request: RenewalRequest,
    limits: RenewalLimits = RENEWAL_LIMITS,
  ) {
    this.#machine = machine;
    this.#context = context;
    this.#request = request;
    this.#limits = limits;
    this.#tag = runTag(machine.fs, machine.pid);
    this.#signalled = context.listenForSignals();
  }

  /** @throws Interrupted when a signal came; a client that has not ended by then goes on by itself. */
  async run(): Promise<RefreshEnd> {
    try {
      const source = this.#look();
      const first = this.#judge(source);
      if (first.end !== null) return first.end;
      if (source.obstacle !== null) return { kind: "obstacle", obstacle: source.obstacle };
      return await this.#inTurn(source.directory, first.text);
    } catch (error) {
      const code = errnoCode(error);
      if (code === undefined || error instanceof Interrupted) throw error;
      const { cause, remedy } = explainFailure(error, code, this.#request.directory);
      return { kind: "failure", cause, remedy, passing: isErrno(error, ...PASSING) };
    }
  }

  #look(): LoginSource {
    const { fs, user } = this.#machine;
    return inspectLoginSource(fs, user, this.#request.directory, this.#request.isOwn);
  }

  #judge({ credential, text, directory }: LoginSource): Judged {
    const { now } = this.#machine;
    const decision = decideRenewal(credential, now(), this.#request.minTtl);
    this.#say(`${directory}: credential ${credential.state}, decided: ${decision.kind}`);
    switch (decision.kind) {
      case "lasts":
        return { end: { kind: "lasts", lastsFor: decision.until === null ? null : decision.until - now() } };
      case "log-in":
        return { end: decision };
      case "unreadable":
        return { end: { ...decision, passing: PASSING.includes(decision.errnoCode) } };
      case "renew":
        return { end: null, text: text ?? "" };
    }
  }

  /**
   * One after the other: whoever comes second finds it done, also where the server gives less than was asked for.
   * @param seen the login before the wait
   */
  async #inTurn(directory: string, seen: string): Promise<RefreshEnd> {
    const { fs } = this.#machine;
    const paths = [`${directory}/${RENEWAL_LOCK_NAME}`];
    const wait = this.#limits.turn;
    const turn = await takeLocks({ fs, clock: this.#machine, wait, limit: null, paths, pulse: this.#pulse });
    if (!(turn instanceof LockSet)) return { kind: "held", held: turn, waited: wait };
    try {
      const source = this.#look();
      const judged = this.#judge(source);
      if (judged.end !== null) return judged.end;
      if (!hasSameToken(judged.text, seen)) return this.#renewedTo(judged.text);
      return await this.#renew(directory, turn);
    } finally {
      turn.release();
    }
  }

  readonly #pulse = (): void => {
    const exitCode = this.#signalled();
    if (exitCode !== null) throw new Interrupted(exitCode);
  };

  #renewedTo(text: string): RefreshEnd {
    const until = accessEnd(text);
    return { kind: "renewed", lastsFor: until === null ? null : until - this.#machine.now() };
  }

  /** All that can fail is done before the login is touched. */
  async #renew(directory: string, turn: LockSet): Promise<RefreshEnd> {
    const { fs } = this.#machine;
    const { env } = this.#context;
    const { home, settings, minTtl } = this.#request;
    const client = findInstalledClient(fs, env["PATH"] ?? "", home);
    if (client === null) return { kind: "no-client" };
    const pulse = (): void => {
      showLife(turn);
    };
    const place = { directory, minTtl, wait: this.#limits.locks, tag: this.#tag };
    const expiry = new AccessExpiry(this.#machine, { ...place, pulse, checkSignal: this.#pulse });
    const folder = makeOwnRunFolder(this.#machine, this.#context);
    // It stays where a client that was left behind still needs it.
    let isOver = true;
    try {
      const start = prepareClient(this.#machine, {
        ...{ client, env, home, settings, directory, folder, limits: this.#limits, pulse },
        isStopped: () => this.#signalled() !== null,
        say: (line) => {
          this.#say(line);
        },
      });
      await this.#hear();
      const before = await expiry.end();
      if (before === null) return { kind: "log-in", why: "absent" };
      if (typeof before !== "string") return { kind: "held", held: before, waited: this.#limits.locks };
      const again = this.#judge(this.#look());
      if (again.end !== null) return again.end;
      const run = await this.#start(start, expiry, before);
      isOver = run.kind !== "timeout" || run.pid === null;
      return await this.#conclude(run, isOver, expiry, before);
    } finally {
      if (isOver) removeRunFolder(fs, folder);
    }
  }

  /** What came up to here is heard before a client begins what should not be cut. @throws Interrupted */
  async #hear(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#pulse();
  }

  async #start(start: () => Promise<ClientRun>, expiry: AccessExpiry, before: string): Promise<ClientRun> {
    try {
      await this.#hear();
      return await start();
    } catch (error) {
      await expiry.restore(before);
      throw error;
    }
  }

  async #conclude(
    run: ClientRun,
    isOver: boolean,
    expiry: AccessExpiry,
    before: string,
  ): Promise<RefreshEnd> {
    const { credential, text } = this.#look();
    const renewed = judgeRenewal(credential, text !== null && hasSameToken(before, text));
    // One that goes on may be about to keep what it was given.
    if (renewed === "unchanged" && isOver) await expiry.restore(before);
    this.#pulse();
    if (renewed === "refused") return { kind: "log-in", why: "refused" };
    if (renewed === "renewed" && text !== null) return this.#renewedTo(text);
    return this.#judge(this.#look()).end ?? { kind: "answer", answer: judgeRun(run) };
  }

  #say(line: string): void {
    if (this.#request.verbose) this.#context.err(verboseLines([line]));
  }
}

/** A turn that somebody took over meanwhile is no harm: Claude Code's own locks keep the login whole. */
function showLife(turn: LockSet): void {
  try {
    turn.touch();
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
  }
}
