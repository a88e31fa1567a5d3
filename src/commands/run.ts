import { randomBytes } from "node:crypto";
import { constants } from "node:os";
import { basename, dirname } from "node:path";
import { isInFront } from "../apply/lock/process-facts.ts";
import {
  makeRunFolder,
  noteProcess,
  removeRunFolder,
  RUN_TOUCH_MS,
  touchRunFolder,
} from "../apply/run-folder.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { makeWorkingCopy } from "../apply/working-copy.ts";
import type { Command, Context } from "../context.ts";
import { parseEnvFile } from "../env/env-file.ts";
import { modeInForce } from "../env/mode-in-force.ts";
import { errnoCode, Interrupted, UserError } from "../errors.ts";
import { isNewerVersion } from "../init/version-order.ts";
import { parseCredential } from "../inspect/credential.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import type { Machine } from "../inspect/inspect.ts";
import { askVersion, clientAt, findInstalledClient } from "../inspect/installed-client.ts";
import { findLogin, type FoundLogin } from "../inspect/login-directory.ts";
import { inspectLoginSource } from "../inspect/login-source.ts";
import { thisMachine } from "../inspect/machine.ts";
import { runTag } from "../inspect/run-tag.ts";
import { homeLayout, storeLayout } from "../layout.ts";
import { runCommand, type CommandEnd } from "../live/run-command.ts";
import { commandEnvironment } from "../live/stored-login-environment.ts";
import type { Environment } from "../options.ts";
import { accessOnly } from "../plan/access-only.ts";
import { decideRunLogin, type RunLogin } from "../plan/decide-run-login.ts";
import { OLDEST_CLIENT } from "../plan/doctor/check-client.ts";
import { RENEWAL_LOCK_NAME } from "../plan/lock-names.ts";
import { hasSameToken } from "../plan/with-expiry.ts";
import { CREDENTIAL_NAME, STATE_NAME } from "../plan/plan-merge.ts";
import { explainFailure } from "../report/failure.ts";
import { ownHint } from "../report/finding.ts";
import { printable } from "../report/printable.ts";
import { describeGone, refreshReport } from "../report/refresh-report.ts";
import { duration } from "../report/times.ts";
import { verboseLines } from "../report/verbose.ts";
import { parseRunOptions, type RunOptions } from "../run-options.ts";
import { LoginRenewal, RENEWAL_LIMITS, type RenewalLimits } from "./renewal.ts";

/** Of our own: the command was not run, cannot be run, was not found. As `env` and `timeout` have it. */
const FAILED = 125;
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

const ENV_LIMIT = 1024 * 1024;

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

/** Runs a command with a working copy of its own; its exit code is the command's. */
export const runRun: Command = (args, context) => runRunOn(thisMachine(), args, context);

/** `runRun` on a machine that the caller hands in. */
export async function runRunOn(machine: Machine, args: readonly string[], context: Context): Promise<number> {
  try {
    const feature = readFeatureOptions(machine.fs, context.bundlePath);
    const options = parseRunOptions(args, { ...context, feature });
    return await new Execution(machine, context, options).run();
  } catch (error) {
    if (error instanceof Interrupted) {
      const number = error.exitCode - 128;
      const signal = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
      if (signal !== undefined) context.endBy(signal as NodeJS.Signals);
      return error.exitCode;
    }
    if (error instanceof UserError) {
      context.err(`claude-credentials: ${printable(error.message)}\n  ${printable(error.hint)}\n`);
      return FAILED;
    }
    const code = errnoCode(error);
    if (code === undefined) throw error;
    const { cause, remedy } = explainFailure(error, code, "the working copy");
    context.err(`claude-credentials: run: ${printable(cause)}\n  ${printable(remedy)}\n`);
    return FAILED;
  }
}

/** Whether the environment alone logs a client in. */
function hasOwnToken(env: Environment): boolean {
  const set = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const source = { source: "environment", path: null, env: new Map(set), apiKeyHelper: "absent" } as const;
  return modeInForce([source], "none").mode !== "none";
}

/** A login, as a command comes to it. */
interface Granted {
  readonly kind: "shared" | "copied" | "environment";
  /** What goes into the working copy. */
  readonly credential: string | null;
}

interface Decided {
  readonly decision: RunLogin;
  /** The credential's text that it was decided by. */
  readonly text: string | null;
}

/** One call of `run`. */
class Execution {
  readonly #machine: Machine;
  readonly #context: Context;
  readonly #options: RunOptions;
  readonly #login: FoundLogin;
  /** A signal that came before there was a command to pass it to; a second one ends this at once. */
  #early: NodeJS.Signals | null = null;
  #pass = (signal: NodeJS.Signals): void => {
    if (this.#early === null) this.#early = signal;
    else this.#context.endBy(signal);
  };

  constructor(machine: Machine, context: Context, options: RunOptions) {
    this.#machine = machine;
    this.#context = context;
    this.#options = options;
    this.#login = findLogin(machine, options);
  }

  async run(): Promise<number> {
    const { fs, user, now } = this.#machine;
    this.#context.onSignals((signal) => {
      this.#pass(signal);
    });
    const granted = await this.#grant();
    const folder = makeRunFolder({
      ...{ fs, user, now: now(), tag: runTag(fs, this.#machine.pid), nonce: randomBytes(8).toString("hex") },
      runtimeDirectory: this.#context.env["XDG_RUNTIME_DIR"],
    });
    return this.#exitCode(await this.#within(folder, granted));
  }

  async #within(folder: string, granted: Granted): Promise<CommandEnd> {
    try {
      return await this.#inside(folder, granted);
    } finally {
      if (!removeRunFolder(this.#machine.fs, folder))
        this.#tell(`${folder} could not be removed whole: something still works in it`);
    }
  }

  #exitCode(end: CommandEnd): number {
    const [name] = this.#options.command;
    switch (end.kind) {
      case "exit":
        return end.code;
      case "signal":
        this.#context.endBy(end.signal);
        return 128 + constants.signals[end.signal];
      case "not-started": {
        const isMissing = end.errnoCode === "ENOENT";
        this.#tell(`${name} ${isMissing ? "was not found" : `cannot be run (${end.errnoCode})`}`);
        return isMissing ? NOT_FOUND : NOT_EXECUTABLE;
      }
    }
  }

  /** @throws UserError where there is no login that the command could use */
  async #grant(): Promise<Granted> {
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
      if (!hasEnded || elapsed() > until || this.#early !== null) return decided;
      if (fs.lstat(`${this.#login.directory}/${RENEWAL_LOCK_NAME}`) === null) return decided;
      await sleep(POLL_MS);
    }
  }

  /** What is in the way is told; a token that lasts for some time yet is used all the same. */
  async #renew(first: Decided): Promise<Decided> {
    const { auth, minTtl } = this.#options;
    const credential = first.text === null ? null : parseCredential(first.text);
    const end = credential?.state === "valid" ? credential.expiresAt : null;
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
    return version !== null && !isNewerVersion(OLDEST_CLIENT, version);
  }

  #refusal(decision: RunLogin): UserError {
    const { auth } = this.#options;
    const where = `${this.#login.directory}/${CREDENTIAL_NAME}`;
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

  async #inside(folder: string, { kind, credential }: Granted): Promise<CommandEnd> {
    const { fs, now } = this.#machine;
    const { command, home, configDirectory, keepEnv } = this.#options;
    const { directory, settings, ofHome } = this.#login;
    const config = `${folder}/config`;
    const inHome = ofHome ? homeLayout(home, configDirectory).state : null;
    const state = inHome ?? `${settings}/${STATE_NAME}`;
    const managed = this.#managed();
    for (const name of makeWorkingCopy({ fs, config, directory: settings, state, managed, credential }))
      this.#tell(`${name} is no JSON that can be read, and was left out`);
    // A signal that came during all this is heard only now.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#early !== null) return { kind: "signal", signal: this.#early };
    return await runCommand({
      ...{ command, pace: RUN_TOUCH_MS },
      env: commandEnvironment(this.#context.env, {
        ...{ config, keepEnv },
        // As it is: what re-points the home leads this command along.
        directory: kind === "shared" ? directory : null,
      }),
      onSignal: (pass) => (this.#pass = pass),
      isInFront: () => isInFront(fs),
      started: (pid) => {
        noteProcess(fs, folder, pid);
      },
      pulse: () => {
        touchRunFolder(fs, folder, now());
      },
    });
  }

  /** The names that `env set` keeps in the store that the login lies in, if it lies in one. */
  #managed(): ReadonlySet<string> {
    const { fs } = this.#machine;
    try {
      const real = fs.realpath(this.#login.settings) ?? this.#login.settings;
      const text = readSmallFile(fs, storeLayout(dirname(real)).envFile, ENV_LIMIT)?.toString("utf8");
      const parsed = text === undefined ? null : parseEnvFile(text);
      return new Set(parsed?.state === "valid" ? parsed.file.variables.keys() : []);
    } catch (error) {
      if (errnoCode(error) === undefined) throw error;
      return new Set();
    }
  }

  #tell(line: string): void {
    this.#context.err(`claude-credentials: run: ${printable(line)}\n`);
  }

  #say(line: string): void {
    if (this.#options.verbose) this.#context.err(verboseLines([line]));
  }
}
