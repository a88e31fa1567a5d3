import { randomBytes } from "node:crypto";
import { editCredential } from "../apply/edit-credential.ts";
import { LockSet } from "../apply/lock/lock-set.ts";
import { takeLocks } from "../apply/lock/take-locks.ts";
import { removeTree } from "../apply/remove-tree.ts";
import { makeRunFolder } from "../apply/run-folder.ts";
import type { Context } from "../context.ts";
import { errnoCode, Interrupted } from "../errors.ts";
import { parseCredential } from "../inspect/credential.ts";
import type { Machine } from "../inspect/inspect.ts";
import { clientVersion, findInstalledClient } from "../inspect/installed-client.ts";
import { readCredential, readCredentialBytes } from "../inspect/read-credential.ts";
import { runTag } from "../inspect/run-tag.ts";
import { readSettingsFile } from "../inspect/settings-file.ts";
import { askClient, type ClientRun } from "../live/ask-client.ts";
import { judgeRun } from "../live/judge-run.ts";
import { storedLoginEnvironment } from "../live/stored-login-environment.ts";
import { decideRenewal, judgeRenewal } from "../plan/decide-renewal.ts";
import { RENEWAL_LOCK_NAME } from "../plan/lock-names.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import { hasSameToken, withExpiry } from "../plan/with-expiry.ts";
import { explainFailure } from "../report/failure.ts";
import { quote } from "../report/quote.ts";
import type { RefreshEnd } from "../report/refresh-report.ts";
import { verboseLines } from "../report/verbose.ts";

/** Milliseconds. */
export interface RenewalLimits {
  /** For one who renews already: he may wait for the server as long as we do. */
  readonly turn: number;
  /** For Claude Code's locks: a client may be renewing by itself. */
  readonly locks: number;
  /** For its answer; a renewal was waited for by the client for up to 40 s (facts C9). */
  readonly limit: number;
  readonly grace: number;
}

export const RENEWAL_LIMITS: RenewalLimits = { turn: 180_000, locks: 45_000, limit: 120_000, grace: 30_000 };

/** What is to be renewed. */
export interface RenewalRequest {
  /** The directory that holds the credential. */
  readonly directory: string;
  /** The home whose Claude Code is started, where PATH names none. */
  readonly home: string;
  /** So long the access token is to last, milliseconds. */
  readonly minTtl: number;
  readonly verbose: boolean;
}

/** One call of `refresh`, or of what needs a token that lasts. */
export class Renewal {
  readonly #machine: Machine;
  readonly #context: Context;
  readonly #request: RenewalRequest;
  readonly #directory: string;
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
    this.#directory = request.directory;
    this.#limits = limits;
    this.#tag = runTag(machine.fs, machine.pid);
    this.#signalled = context.listenForSignals();
  }

  /** @throws Interrupted when a signal came; a client that was started then goes on by itself. */
  async run(): Promise<RefreshEnd> {
    const first = this.#judge();
    if (first !== null) return first;
    const refusal = this.#refusal();
    if (refusal !== null) return refusal;
    try {
      return await this.#inTurn();
    } catch (error) {
      const code = errnoCode(error);
      if (code === undefined || error instanceof Interrupted) throw error;
      const { cause, remedy } = explainFailure(error, code, this.#directory);
      return { kind: "failed", why: cause, hint: remedy };
    }
  }

  /** What is so already; null where the login is to be renewed. */
  #judge(): RefreshEnd | null {
    const { now, fs } = this.#machine;
    const credential = readCredential(fs, `${this.#directory}/${CREDENTIAL_NAME}`);
    const decision = decideRenewal(credential, now(), this.#request.minTtl);
    this.#say(`${this.#directory}: credential ${credential.state}, decided: ${decision.kind}`);
    switch (decision.kind) {
      case "lasts":
        return { kind: "lasts", lastsFor: decision.until === null ? null : decision.until - now() };
      case "log-in":
        return decision;
      case "unreadable": {
        const path = `${fs.realpath(this.#directory) ?? this.#directory}/${CREDENTIAL_NAME}`;
        const why = `the credential cannot be read (${decision.errnoCode})`;
        return { kind: "failed", why, hint: `look at its owner and mode: ls -l ${quote(path)}` };
      }
      case "renew":
        return null;
    }
  }

  #say(line: string): void {
    if (this.#request.verbose) this.#context.err(verboseLines([line]));
  }

  /** A client of another user's would leave a file that the owner cannot read; one that cannot write renews nothing (facts C25). */
  #refusal(): RefreshEnd | null {
    const { fs, user } = this.#machine;
    const stat = fs.stat(this.#directory);
    if (stat !== null && stat.uid !== user.uid) {
      const whose = `uid ${stat.uid.toString()}`;
      const why = `${this.#directory} belongs to ${whose}, and what is renewed must be theirs`;
      return { kind: "failed", why, hint: `run it as that user, ${whose}` };
    }
    if (fs.canWrite(this.#directory)) return null;
    const why = `${this.#directory} cannot be written to, so what is renewed could not be kept`;
    return { kind: "failed", why, hint: "renew it where the login is kept, and bring it here anew" };
  }

  /** One after the other: whoever comes second finds it done. */
  async #inTurn(): Promise<RefreshEnd> {
    const { fs } = this.#machine;
    const paths = [`${this.#directory}/${RENEWAL_LOCK_NAME}`];
    const wait = this.#limits.turn;
    const turn = await takeLocks({ fs, clock: this.#machine, wait, limit: null, paths, pulse: this.#pulse });
    if (!(turn instanceof LockSet)) return { kind: "held", held: turn, waited: wait };
    try {
      return this.#judge() ?? (await this.#renew(turn));
    } finally {
      turn.release();
    }
  }

  readonly #pulse = (): void => {
    const exitCode = this.#signalled();
    if (exitCode !== null) throw new Interrupted(exitCode);
  };

  async #renew(turn: LockSet): Promise<RefreshEnd> {
    const { fs } = this.#machine;
    const { home } = this.#request;
    const client = findInstalledClient(fs, this.#context.env["PATH"] ?? "", home);
    if (client === null) {
      const hint = "install Claude Code, or put it on PATH";
      return { kind: "failed", why: "no claude is on PATH or in the home", hint };
    }
    const before = await this.#edit((text) => this.#ended(text));
    if (before === null) return { kind: "log-in", why: "absent" };
    if (typeof before !== "string") return { kind: "held", held: before, waited: this.#limits.locks };
    const judged = this.#judge();
    if (judged !== null) return judged;

    const run = await this.#ask(client, turn);
    const now = this.#text();
    const after = parseCredential(now);
    const renewed = judgeRenewal(after, now !== null && hasSameToken(before, now));
    if (renewed === "refused") return { kind: "log-in", why: "refused" };
    if (renewed === "renewed") {
      const until = after.state === "valid" ? after.expiresAt : null;
      return { kind: "renewed", lastsFor: until === null ? null : until - this.#machine.now() };
    }
    this.#pulse();
    const answer = judgeRun(run);
    // One that goes on may be about to keep what it was given.
    if (answer.kind !== "timeout" || answer.pid === null) await this.#restoreEnd(before);
    return this.#judge() ?? { kind: "answer", answer };
  }

  /** Claude Code renews only what is about to end (facts C22). What a client has renewed meanwhile stays as it is. */
  #ended(text: string): string | null {
    const now = this.#machine.now();
    const decision = decideRenewal(parseCredential(text), now, this.#request.minTtl);
    return decision.kind === "renew" && !decision.isDue ? withExpiry(text, now - 60_000) : null;
  }

  /** The old login as it was, where nothing came of it. One that cannot be had now is renewed at its next use: no harm. */
  async #restoreEnd(before: string): Promise<void> {
    const credential = parseCredential(before);
    const end = credential.state === "valid" ? credential.expiresAt : null;
    if (end === null || end <= this.#machine.now()) return;
    await this.#edit((text) => (hasSameToken(text, before) ? withExpiry(text, end) : null));
  }

  #edit(edit: (text: string) => string | null): ReturnType<typeof editCredential> {
    const { fs } = this.#machine;
    return editCredential({
      ...{ fs, directory: this.#directory, edit, clock: this.#machine, wait: this.#limits.locks },
      pulse: this.#pulse,
      nonce: `${this.#tag}-${randomBytes(4).toString("hex")}`,
    });
  }

  #text(): string | null {
    const path = `${this.#directory}/${CREDENTIAL_NAME}`;
    return readCredentialBytes(this.#machine.fs, path)?.toString("utf8") ?? null;
  }

  /** Runs it in a private folder, which stays where a client that was left behind still needs it. */
  async #ask(client: { path: string; version: string | null }, turn: LockSet): Promise<ClientRun> {
    const { fs, user, now } = this.#machine;
    const { env } = this.#context;
    const folder = makeRunFolder({
      ...{ fs, user, now: now(), tag: this.#tag, nonce: randomBytes(8).toString("hex") },
      runtimeDirectory: env["XDG_RUNTIME_DIR"],
    });
    const [config, cwd] = [`${folder}/config`, `${folder}/work`];
    let run: ClientRun | null = null;
    try {
      for (const path of [config, cwd]) fs.mkdir(path, 0o700);
      const directory = fs.realpath(this.#directory) ?? this.#directory;
      const version = client.version ?? clientVersion(client.path);
      const settings = readSettingsFile(fs, this.#directory).env;
      const place = { directory, config, home: this.#request.home, clientVersion: version, settings };
      this.#say(`Claude Code: ${client.path}, version ${version ?? "unknown"}`);
      run = await askClient({
        ...{ path: client.path, cwd, limit: this.#limits.limit, grace: this.#limits.grace },
        env: { ...storedLoginEnvironment(env, place), PWD: cwd },
        isStopped: () => this.#signalled() !== null,
        whenStopped: "leave",
        printsTo: folder,
        pulse: () => {
          showLife(turn);
        },
      });
      return run;
    } finally {
      if (run?.kind !== "timeout" || run.pid === null) removeTree(fs, folder);
    }
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
