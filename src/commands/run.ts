import { randomBytes } from "node:crypto";
import { constants } from "node:os";
import { dirname } from "node:path";
import { removeTree } from "../apply/remove-tree.ts";
import { makeRunFolder, RUN_TOUCH_MS } from "../apply/run-folder.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { makeWorkingCopy } from "../apply/working-copy.ts";
import type { Command, Context } from "../context.ts";
import { errnoCode, Interrupted, UserError } from "../errors.ts";
import { parseEnvFile } from "../env/env-file.ts";
import { modeInForce } from "../env/mode-in-force.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import type { Machine } from "../inspect/inspect.ts";
import { clientVersion, findInstalledClient } from "../inspect/installed-client.ts";
import { loginDirectory } from "../inspect/login-directory.ts";
import { thisMachine } from "../inspect/machine.ts";
import { readCredential, readCredentialBytes } from "../inspect/read-credential.ts";
import { runTag } from "../inspect/run-tag.ts";
import { homeLayout, storeLayout } from "../layout.ts";
import { runCommand } from "../live/run-command.ts";
import { commandEnvironment } from "../live/stored-login-environment.ts";
import { accessOnly } from "../plan/access-only.ts";
import { decideRunLogin, type RunLogin } from "../plan/decide-run-login.ts";
import { OLDEST_CLIENT } from "../plan/doctor/check-client.ts";
import type { Environment } from "../options.ts";
import { CREDENTIAL_NAME, STATE_NAME } from "../plan/plan-merge.ts";
import { isNewerVersion } from "../init/version-order.ts";
import { explainFailure } from "../report/failure.ts";
import { printable } from "../report/printable.ts";
import { describeGone } from "../report/refresh-report.ts";
import { duration } from "../report/times.ts";
import { verboseLines } from "../report/verbose.ts";
import { parseRunOptions, type RunOptions } from "../run-options.ts";
import { Renewal } from "./renewal.ts";

/** Of our own: the command did not run, could not be run, was not found. As `env` and `timeout` have it. */
const FAILED = 125;
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

const ENV_LIMIT = 1024 * 1024;

/** Runs a command with a working copy of its own; its exit code is the command's. */
export const runRun: Command = (args, context) => runRunOn(thisMachine(), args, context);

/** `runRun` on a machine that the caller hands in. */
export async function runRunOn(machine: Machine, args: readonly string[], context: Context): Promise<number> {
  try {
    const feature = readFeatureOptions(machine.fs, context.bundlePath);
    const options = parseRunOptions(args, { ...context, feature });
    return await new Execution(machine, context, options).run();
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
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

/** One call of `run`. */
class Execution {
  readonly #machine: Machine;
  readonly #context: Context;
  readonly #options: RunOptions;
  readonly #directory: string;
  #early: NodeJS.Signals | null = null;
  #pass: (signal: NodeJS.Signals) => void = (signal) => (this.#early ??= signal);

  constructor(machine: Machine, context: Context, options: RunOptions) {
    this.#machine = machine;
    this.#context = context;
    this.#options = options;
    this.#directory =
      options.auth === null
        ? homeLayout(options.home, options.configDirectory).config
        : loginDirectory(machine.fs, options.auth);
  }

  async run(): Promise<number> {
    const { fs, user, now } = this.#machine;
    this.#context.onSignals((signal) => {
      this.#pass(signal);
    });
    const login = await this.#login();
    const tag = runTag(fs, this.#machine.pid);
    const folder = makeRunFolder({
      ...{ fs, user, now: now(), tag, nonce: randomBytes(8).toString("hex") },
      runtimeDirectory: this.#context.env["XDG_RUNTIME_DIR"],
    });
    try {
      return await this.#inside(folder, login);
    } finally {
      removeTree(fs, folder);
    }
  }

  /** How the command comes to the login; null for `--keep-env` where only the environment logs in. @throws UserError */
  async #login(): Promise<RunLogin | null> {
    const { minTtl, keepEnv } = this.#options;
    const first = this.#decide();
    const hasToken = keepEnv && hasOwnToken(this.#context.env);
    if (first.kind === "gone" || first.kind === "unreadable") {
      if (hasToken) return null;
      throw this.#refusal(first);
    }
    if (first.kind === "copied" && first.renewFirst) {
      const { home, verbose } = this.#options;
      const request = { directory: this.#directory, home, minTtl, verbose };
      const end = await new Renewal(this.#machine, this.#context, request).run();
      if (end.kind === "renewed" || end.kind === "lasts") return this.#decide();
      const again = this.#decide();
      if (again.kind !== "copied") throw this.#refusal(again);
      if (again.endsAt !== null && again.endsAt <= this.#machine.now())
        throw new UserError(
          "run: the access token has ended, and was not renewed",
          "claude-credentials refresh",
        );
      return again;
    }
    return first;
  }

  #decide(): RunLogin {
    const { fs, user, now } = this.#machine;
    const credential = readCredential(fs, `${this.#directory}/${CREDENTIAL_NAME}`);
    const stat = fs.stat(this.#directory);
    const renewable = stat?.uid === user.uid && fs.canWrite(this.#directory);
    const source = { credential, renewable, clientTakesStore: renewable && this.#clientTakesStore() };
    const decided = decideRunLogin(source, now(), this.#options.minTtl);
    this.#say(`${this.#directory}: credential ${credential.state}, decided: ${decided.kind}`);
    return decided;
  }

  #clientTakesStore(): boolean {
    const client = findInstalledClient(this.#machine.fs, this.#context.env["PATH"] ?? "", this.#options.home);
    const version = client === null ? null : (client.version ?? clientVersion(client.path));
    this.#say(`Claude Code: ${client?.path ?? "none"}, version ${version ?? "unknown"}`);
    return version !== null && !isNewerVersion(OLDEST_CLIENT, version);
  }

  #refusal(login: RunLogin): UserError {
    if (login.kind === "unreadable")
      return new UserError(
        `run: ${this.#directory}/${CREDENTIAL_NAME} cannot be read (${login.errnoCode})`,
        "look at its owner and mode",
      );
    const why = login.kind === "gone" ? describeGone(login.why) : "the login cannot be used";
    const hint =
      this.#options.auth === null
        ? "log in: claude auth login   or keep a token of the environment: --keep-env"
        : `renew it where it comes from (claude-credentials refresh, or a new login), and bring it to ${this.#options.auth} again`;
    return new UserError(`run: ${why} (${this.#directory})`, hint);
  }

  async #inside(folder: string, login: RunLogin | null): Promise<number> {
    const { fs, now } = this.#machine;
    const { command, home, configDirectory, auth, keepEnv } = this.#options;
    const config = `${folder}/config`;
    const layout = homeLayout(home, configDirectory);
    const ofHome = auth === null ? layout.state : null;
    const leftOut = makeWorkingCopy({
      ...{ fs, config, directory: this.#directory, managed: this.#managed() },
      state: ofHome ?? `${this.#directory}/${STATE_NAME}`,
      credential: login?.kind === "copied" ? this.#accessOnly() : null,
    });
    for (const name of leftOut)
      this.#context.err(`claude-credentials: run: ${name} is no JSON, and was left out\n`);
    if (login?.kind === "copied" && login.fixed && login.endsAt !== null) {
      const left = duration((login.endsAt - now()) / 1000);
      this.#context.err(`claude-credentials: run: this login cannot be renewed here; it works for ${left}\n`);
    }
    if (this.#early !== null) return 128 + constants.signals[this.#early];
    const env = commandEnvironment(this.#context.env, {
      ...{ config, keepEnv },
      directory: login?.kind === "shared" ? (fs.realpath(this.#directory) ?? this.#directory) : null,
    });
    const end = await runCommand({
      ...{ command, env, pace: RUN_TOUCH_MS },
      onSignal: (pass) => (this.#pass = pass),
      hasTerminal: this.#context.isTerminal || this.#context.terminal !== null,
      pulse: () => {
        const time = BigInt(now()) * 1_000_000n;
        fs.lutimes(folder, time, time);
      },
    });
    if ("exitCode" in end) return end.exitCode;
    const isMissing = end.errnoCode === "ENOENT";
    this.#context.err(
      `claude-credentials: run: ${printable(command[0])} ${isMissing ? "was not found" : `cannot be run (${end.errnoCode})`}\n`,
    );
    return isMissing ? NOT_FOUND : NOT_EXECUTABLE;
  }

  /** The names that `env set` keeps in the store that the login lies in, if it lies in one. */
  #managed(): ReadonlySet<string> {
    const { fs } = this.#machine;
    const path = storeLayout(dirname(fs.realpath(this.#directory) ?? this.#directory)).envFile;
    const text = readSmallFile(fs, path, ENV_LIMIT)?.toString("utf8");
    const parsed = text === undefined ? null : parseEnvFile(text);
    return new Set(parsed?.state === "valid" ? parsed.file.variables.keys() : []);
  }

  #accessOnly(): string | null {
    const bytes = readCredentialBytes(this.#machine.fs, `${this.#directory}/${CREDENTIAL_NAME}`);
    return bytes === null ? null : accessOnly(bytes.toString("utf8"));
  }

  #say(line: string): void {
    if (this.#options.verbose) this.#context.err(verboseLines([line]));
  }
}
