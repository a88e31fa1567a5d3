import { execa } from "execa";

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Standard input; nothing is handed over without it. */
  readonly input?: string;
  /** Milliseconds; the command is ended after them and that is a failure. */
  readonly timeout?: number;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end and returns whatever came out of it, a failure included. Prints nothing. */
export async function attempt(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const result = await execa(file, args, {
    reject: false,
    stripFinalNewline: false,
    input: options.input ?? "",
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
  });
  const why = result.exitCode === undefined ? `${result.shortMessage ?? "ended without an exit code"}\n` : "";
  return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: `${why}${result.stderr}` };
}

/**
 * Runs a command that has to succeed. Its output is kept back and becomes part of the error if it does not, so that
 * a passing run prints none of it.
 */
export async function run(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const result = await attempt(file, args, options);
  if (result.exitCode !== 0) {
    throw new Error(
      `${[file, ...args].join(" ")}\nended with ${result.exitCode}\n--- stdout\n${result.stdout}\n--- stderr\n${result.stderr}`,
    );
  }
  return result;
}
