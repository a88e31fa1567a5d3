import { spawn } from "node:child_process";
import { constants } from "node:os";

/** How a command ended: its exit code, 128 and the number of the signal that ended it, or why it did not start. */
export type CommandEnd = { readonly exitCode: number } | { readonly errnoCode: string };

export interface CommandRun {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Calls `pass` with each signal that this process gets, from now on. */
  readonly onSignal: (pass: (signal: NodeJS.Signals) => void) => void;
  /** A terminal sends its own signals to all who are in front of it, to the command as well. */
  readonly hasTerminal: boolean;
  /** Called now and then. */
  readonly pulse: () => void;
  /** Milliseconds from one pulse to the next. */
  readonly pace: number;
}

const OF_TERMINAL: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];

/** Runs a command with our standard streams, in our folder and process group, as if it had been called itself. */
export function runCommand(run: CommandRun): Promise<CommandEnd> {
  const { command, env, onSignal, hasTerminal, pulse, pace } = run;
  const [name, ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(name, args, { env, stdio: "inherit" });
    onSignal((signal) => {
      if (!hasTerminal || !OF_TERMINAL.includes(signal)) child.kill(signal);
    });
    const timer = setInterval(pulse, pace);
    const settle = (end: CommandEnd): void => {
      clearInterval(timer);
      resolve(end);
    };
    child.once("error", (error: NodeJS.ErrnoException) => {
      // A signal that could not be passed on is no end.
      if (child.pid === undefined) settle({ errnoCode: error.code ?? "EIO" });
    });
    child.once("exit", (code, signal) => {
      settle({ exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) });
    });
  });
}
