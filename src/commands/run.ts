import { constants } from "node:os";
import { isInFront } from "../apply/lock/process-facts.ts";
import { noteProcess, RUN_TOUCH_MS, touchRunFolder } from "../apply/run-folder.ts";
import { makeWorkingCopy } from "../apply/working-copy.ts";
import type { Command, Context } from "../context.ts";
import { errnoCode, Interrupted, UserError } from "../errors.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import type { Machine } from "../inspect/inspect.ts";
import { findLogin, type FoundLogin } from "../inspect/login-directory.ts";
import { managedVariables } from "../inspect/managed-variables.ts";
import { thisMachine } from "../inspect/machine.ts";
import { runCommand, type CommandEnd } from "../live/run-command.ts";
import { commandEnvironment } from "../live/stored-login-environment.ts";
import { renderFailure, renderUserError } from "../report/failure.ts";
import { printable } from "../report/printable.ts";
import { parseRunOptions, type RunOptions } from "../run-options.ts";
import { discardRunFolder, makeOwnRunFolder } from "./own-run-folder.ts";
import { LoginGrant, type Granted } from "./run-login.ts";
import { HeldSession } from "./run-session.ts";
import { unpackLogin } from "./unpack-login.ts";

/** Of our own: the command was not run, cannot be run, was not found. As `env` and `timeout` have it. */
const FAILED = 125;
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

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
      context.err(renderUserError(error));
      return FAILED;
    }
    const code = errnoCode(error);
    if (code === undefined) throw error;
    context.err(renderFailure(error, code, "the working copy", "run"));
    return FAILED;
  }
}

/** One call of `run`. */
class Execution {
  readonly #machine: Machine;
  readonly #context: Context;
  readonly #options: RunOptions;
  #login: FoundLogin;
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
    this.#context.onSignals((signal) => {
      this.#pass(signal);
    });
    const { session: name, auth } = this.#options;
    if (name !== null && auth !== null && this.#isFile(auth))
      throw new UserError(
        `run: --session keeps the conversation beside the login, and ${auth} is a file`,
        "unpack it into a directory first: claude-credentials restore --from FILE --to DIR   and --auth DIR",
      );
    const wish = { login: this.#login.directory, name: name ?? "", pulse: this.#hear };
    // Before all else: who has to go must not wait for a renewal first.
    const session = name === null ? null : await HeldSession.take(this.#machine, wish);
    let end: CommandEnd;
    try {
      end = await this.#execute(session);
    } finally {
      session?.release();
    }
    return this.#exitCode(end);
  }

  /** @throws Interrupted */
  readonly #hear = (): void => {
    if (this.#early !== null) throw new Interrupted(128 + constants.signals[this.#early]);
  };

  async #execute(session: HeldSession | null): Promise<CommandEnd> {
    const { auth } = this.#options;
    if (auth === null || !this.#isFile(auth)) {
      const granted = await this.#grant();
      return await this.#inFolder((folder) => this.#inside(folder, granted, session));
    }
    return await this.#inFolder(async (folder) => {
      const { identities } = this.#options;
      const from = { fs: this.#machine.fs, context: this.#context, from: auth, identities };
      this.#login = await unpackLogin({ ...from, into: `${folder}/captured`, pulse: this.#hear });
      return await this.#inside(folder, await this.#grant(), session);
    });
  }

  #isFile(path: string): boolean {
    return this.#machine.fs.stat(path)?.type === "file";
  }

  /** @throws UserError where there is no login that the command could use */
  async #grant(): Promise<Granted> {
    const isStopped = (): boolean => this.#early !== null;
    return await new LoginGrant(this.#machine, this.#context, this.#options, this.#login, isStopped).grant();
  }

  async #inFolder(work: (folder: string) => Promise<CommandEnd>): Promise<CommandEnd> {
    const folder = makeOwnRunFolder(this.#machine, this.#context);
    try {
      return await work(folder);
    } finally {
      discardRunFolder(this.#machine, this.#context, folder, "run");
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

  async #inside(
    folder: string,
    { kind, credential }: Granted,
    session: HeldSession | null,
  ): Promise<CommandEnd> {
    const { fs, now } = this.#machine;
    const { command, keepEnv } = this.#options;
    const { directory, settings, state } = this.#login;
    const config = `${folder}/config`;
    const managed = managedVariables(fs, settings);
    for (const name of makeWorkingCopy({ fs, config, directory: settings, state, managed, credential }))
      this.#tell(`${name} is no JSON that can be read, and was left out`);
    const place = session?.open(config) ?? config;
    // A signal that came during all this is heard only now.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#early !== null) return { kind: "signal", signal: this.#early };
    return await runCommand({
      ...{ command, pace: RUN_TOUCH_MS },
      env: commandEnvironment(this.#context.env, {
        ...{ config: place, keepEnv },
        // As it is: what re-points the home leads this command along.
        directory: kind === "shared" ? directory : null,
      }),
      onSignal: (pass) => (this.#pass = pass),
      isInFront: () => isInFront(fs),
      started: (pid) => {
        noteProcess(fs, folder, pid);
        session?.passTo(pid);
      },
      pulse: () => {
        touchRunFolder(fs, folder, now());
      },
    });
  }

  #tell(line: string): void {
    this.#context.err(`claude-credentials: run: ${printable(line)}\n`);
  }
}
