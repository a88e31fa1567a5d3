import { spawn, type ChildProcess } from "node:child_process";
import { errnoCode } from "../errors.ts";

/** How a command ended, or why it did not start. */
export type CommandEnd =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals }
  | { readonly kind: "not-started"; readonly errnoCode: string };

export interface CommandRun {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Its working directory; ours, if not given. */
  readonly cwd?: string;
  /** Calls `pass` with each signal that this process gets, from now on. */
  readonly onSignal: (pass: (signal: NodeJS.Signals) => void) => void;
  /** Whether the terminal sends its own signals to the command as well: both are in front of it. */
  readonly isInFront: () => boolean;
  readonly started: (pid: number | undefined) => void;
  /** Called now and then; must not throw. */
  readonly pulse: () => void;
  /** Milliseconds from one pulse to the next. */
  readonly pace: number;
}

const OF_TERMINAL: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];

/** Runs a command with our standard streams, in our process group, as if it had been called itself. */
export function runCommand(run: CommandRun): Promise<CommandEnd> {
  const { command, env, cwd, onSignal, isInFront, started, pulse, pace } = run;
  const [name, ...args] = command;
  return new Promise((resolve) => {
    let child: ChildProcess;
    try {
      child = spawn(name, args, { env, cwd, stdio: "inherit" });
    } catch (error) {
      const code = errnoCode(error);
      if (code === undefined) throw error;
      resolve({ kind: "not-started", errnoCode: code });
      return;
    }
    started(child.pid);
    onSignal((signal) => {
      if (!OF_TERMINAL.includes(signal) || !isInFront()) child.kill(signal);
    });
    const timer = setInterval(pulse, pace);
    const settle = (end: CommandEnd): void => {
      clearInterval(timer);
      resolve(end);
    };
    child.on("error", (error) => {
      // A signal that could not be passed on is no end.
      if (child.pid === undefined) settle({ kind: "not-started", errnoCode: errnoCode(error) ?? "EIO" });
    });
    child.once("exit", (code, signal) => {
      settle(signal === null ? { kind: "exit", code: code ?? 0 } : { kind: "signal", signal });
    });
  });
}
