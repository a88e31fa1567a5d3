/** Bad input or a refusal, as a person should read it: what, where, what to do. Never holds a secret. */
export class UserError extends Error {
  /** The process's exit code: 2 for usage, 1 for a refusal. */
  readonly exitCode: 1 | 2;
  readonly hint: string;

  constructor(message: string, hint: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.name = "UserError";
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** A signal asked this run to stop. */
export class Interrupted extends Error {
  /** 128 and the signal's number, as a shell has it. */
  readonly exitCode: number;

  constructor(exitCode: number) {
    super("stopped by a signal");
    this.name = "Interrupted";
    this.exitCode = exitCode;
  }
}

/** The errno code of a failed system call (`ENOENT`, `EXDEV`, …), or undefined for any other thrown value. */
export function errnoCode(error: unknown): string | undefined {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return undefined;
}

/** An error of ours that reads and is handled like that of a failed system call. */
export function systemError(code: string, message: string, path?: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), path === undefined ? { code } : { code, path });
}

/** True where `error` is a failed system call with one of `codes`. */
export function isErrno(error: unknown, ...codes: string[]): boolean {
  const code = errnoCode(error);
  return code !== undefined && codes.includes(code);
}
