import type * as others from "./commands/others.ts";
import { runNotice } from "./commands/notice.ts";
import { runStart } from "./commands/start.ts";
import { runStatus } from "./commands/status.ts";
import type { Command, Context } from "./context.ts";
import { errnoCode, UserError } from "./errors.ts";
import { HELP } from "./help.ts";
import { explainFailure, renderUserError } from "./report/failure.ts";
import { printable } from "./report/printable.ts";
import { startOfCommand } from "./run-options.ts";

/** A command of the bundle's other part, which is loaded when one of them is asked for. */
function other(name: keyof typeof others): () => Promise<Command> {
  return async () => (await import("./commands/others.ts"))[name];
}

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: () => Promise.resolve(runStart),
  status: () => Promise.resolve(runStatus),
  doctor: other("runDoctor"),
  explain: other("runExplain"),
  notice: () => Promise.resolve(runNotice),
  env: other("runEnv"),
  install: other("runInstall"),
  login: other("runLogin"),
  run: other("runRun"),
  refresh: other("runRefresh"),
  capture: other("runCapture"),
  restore: other("runRestore"),
  uninstall: other("runUninstall"),
  init: other("runInit"),
};

/** True for a failed system call of ours, false for the error codes that Node itself makes up. */
function isSystemCall(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

/**
 * Runs one command line.
 * @returns the exit code; bad input is said on standard error and gives 2. A defect of ours (any other
 * thrown value) is thrown on, so that it is seen whole. A failed system call is said, and gives 1.
 */
export async function main(args: readonly string[], context: Context): Promise<number> {
  const [name, ...rest] = args;
  if (name === "--version") {
    context.out(`${context.version}\n`);
    return 0;
  }
  if (name === "--help" || name === "-h" || name === "help") {
    context.out(HELP.main);
    return 0;
  }
  if (name === undefined) {
    context.err(HELP.main);
    return 2;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    context.err(
      `claude-credentials: there is no command '${printable(name)}'\n  claude-credentials --help lists them\n`,
    );
    return 2;
  }
  // What follows the command that `run` runs is that one's own.
  const flags = name === "run" ? rest.slice(0, startOfCommand(rest)) : rest;
  if (flags.includes("--help") || flags.includes("-h")) {
    context.out(HELP[name as keyof typeof HELP]);
    return 0;
  }
  if (flags.includes("--version")) {
    context.out(`${context.version}\n`);
    return 0;
  }
  try {
    const command = await load();
    return await command(rest, context);
  } catch (error) {
    const code = errnoCode(error);
    if (code !== undefined && isSystemCall(error)) {
      const { cause, remedy } = explainFailure(error, code, "an open file");
      context.err(
        `claude-credentials: ${name}: ${printable(cause)}\n  ${printable(remedy)}, then run it again\n`,
      );
      return 1;
    }
    if (!(error instanceof UserError)) throw error;
    context.err(renderUserError(error));
    return error.exitCode;
  }
}
