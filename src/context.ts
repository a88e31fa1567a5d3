import type { Readable, Writable } from "node:stream";
import type { Environment } from "./options.ts";

/** What a command may touch of the process that it runs in. Tests hand in their own. */
export interface Context {
  readonly env: Environment;
  /** Absolute path of the working directory. */
  readonly cwd: string;
  readonly version: string;
  /** Absolute path of the running bundle: what lies beside it is the built Feature. */
  readonly bundlePath: string;
  /** Standard output: what was asked for. Text is written as it is, line breaks included. */
  readonly out: (text: string) => void;
  /** Standard error: everything else. */
  readonly err: (text: string) => void;
  /**
   * Begins to listen for the signals that ask a process to stop (HUP, INT, TERM), which end it at once before that.
   * @returns what tells of the first that came: 128 and its number; null as long as there was none
   */
  readonly listenForSignals: () => () => number | null;
  /**
   * From now on hands every signal that asks a process for something (HUP, INT, QUIT, TERM, USR1, USR2) to `pass`, and
   * does nothing else about it.
   */
  readonly onSignals: (pass: (signal: NodeJS.Signals) => void) => void;
  /** Ends this process as that signal does where nobody listens for it. It may return, a moment before the end. */
  readonly endBy: (signal: NodeJS.Signals) => void;
  /**
   * Reads all of standard input, as UTF-8.
   * @throws UserError where it is longer than any secret
   */
  readonly readInput: () => Promise<string>;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  /** Where a person can be asked; null where standard input or standard error is no terminal. */
  readonly terminal: Terminal | null;
}

/** A person's keyboard and screen. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/** A command: its arguments (without its name) and its context in, the process's exit code out. Throws `UserError` for bad input. */
export type Command = (args: readonly string[], context: Context) => Promise<number>;
