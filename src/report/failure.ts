import { errnoCode, type UserError } from "../errors.ts";
import { MoveRefusal } from "../move-refusal.ts";
import { finding, type Finding } from "./finding.ts";
import { printable } from "./printable.ts";
import type { StartReport } from "./start-report.ts";

/** A failed system call, as a person should read it. */
export interface Failure {
  /** The path that the call named, else the one that was being worked on. */
  readonly path: string;
  /** `the disk is full (ENOSPC at /path)` */
  readonly cause: string;
  readonly remedy: string;
}

const CAUSES: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "permission denied",
  EPERM: "the operation is not permitted",
  EIO: "the disk reports an input/output error",
  EBUSY: "something is mounted there",
  ENOTEMPTY: "something is in it",
  ENAMETOOLONG: "a name is too long for the file system",
  ESTALE: "somebody put something else in its place meanwhile, or the file system lost sight of it",
  ETIME: "it took longer than Claude Code's locks may be held",
  EMFILE: "too many files are open",
};

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: "free some space (df -h)",
  EDQUOT: "free some space (quota)",
  EROFS: "mount it writable",
  EACCES: "look at owner and mode (ls -ld)",
  ESTALE: "look at what is there now (ls -ld)",
  ENOTEMPTY: "look at what is in it (ls -la)",
  EPERM: "look at owner and attributes (ls -ld, lsattr -d)",
};

/** @param path what was being worked on: calls on an open file name none */
export function explainFailure(error: unknown, code: string, path: string): Failure {
  if (error instanceof MoveRefusal) return { path: error.path, cause: error.message, remedy: error.remedy };
  const where = failedPath(error) ?? path;
  return {
    path: where,
    cause: `${CAUSES[code] ?? "a system call failed"} (${code} at ${where})`,
    remedy: REMEDIES[code] ?? "mend the cause",
  };
}

/** A failed system call as a command tells of it. @param path what was being worked on */
export function renderFailure(error: unknown, code: string, path: string, command: string): string {
  const { cause, remedy } = explainFailure(error, code, path);
  return `claude-credentials: ${command}: ${printable(cause)}\n  ${printable(remedy)}\n`;
}

/** What a person can mend, as a command tells of it. */
export function renderUserError({ message, hint }: UserError): string {
  return `claude-credentials: ${printable(message)}\n  ${printable(hint)}\n`;
}

/** The path of the call that failed, where the error names one. */
export function failedPath(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("path" in error && (typeof error.path === "string" || Buffer.isBuffer(error.path)))
    return error.path.toString();
  return undefined;
}

/**
 * What is said where home, stores or machine could not be looked at: then nothing is decided and nothing done.
 * @param again the command that is to be run once that is mended
 * @returns null where `error` is no failed system call, but a defect of ours.
 */
export function stoppedFinding(error: unknown, again: string): Finding | null {
  const code = errnoCode(error);
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return null;
  const { path, cause, remedy } = explainFailure(error, code, "an open file");
  return finding(
    "MOVE_INCOMPLETE",
    `could not look at home and store: ${cause}. All stays as it is`,
    `${remedy}, then: ${again}`,
    failedPath(error) === undefined ? undefined : path,
  );
}

/** A start that came to nothing so; null as above. */
export function stoppedReport(error: unknown): StartReport | null {
  const stopped = stoppedFinding(error, "claude-credentials start");
  if (stopped === null) return null;
  return { version: 1, outcome: "not-persistent", store: null, actions: [], findings: [stopped] };
}
