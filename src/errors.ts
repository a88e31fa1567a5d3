import { constants } from "node:os";

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
  if (!(error instanceof Error && "code" in error && typeof error.code === "string")) return undefined;
  return isUnnamed(error.code) ? nameOfNumber(error) : error.code;
}

/**
 * Node's libuv has no names for some of Linux's errors (`EDQUOT`, `ESTALE`, …), and gives the number alone: as
 * `Unknown system error -122` where the call threw in C++, as `UNKNOWN` where it did in JavaScript (`fs.writeSync`).
 */
function isUnnamed(code: string): boolean {
  return code === "UNKNOWN" || code.startsWith("Unknown system error");
}

function nameOfNumber(error: Error): string {
  const number = "errno" in error && typeof error.errno === "number" ? -error.errno : 0;
  return Object.entries(constants.errno).find(([, value]) => value === number)?.[0] ?? "EIO";
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
