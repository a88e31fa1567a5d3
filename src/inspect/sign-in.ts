import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { isErrno } from "../errors.ts";
import { type Credential, parseObject } from "./credential.ts";

/**
 * What `start` wrote down of the login in a store. `end` tells a login from a later one: Claude Code sets
 * `refreshTokenExpiresAt` at the sign-in and at most lowers it at a refresh (observed with 2.1.330). Epoch milliseconds.
 */
export interface SignIn {
  readonly end: number;
  /** The login was there at that time; it may be older. */
  readonly since: number;
}

/** Bytes: far above what we write. */
export const SIGN_IN_LIMIT = 4096;

export function renderSignIn({ end, since }: SignIn): string {
  return `${JSON.stringify({ end, since })}\n`;
}

/** Null where there is none that is whole and may be read. */
export function readSignIn(fs: FileSystem, path: string): SignIn | null {
  try {
    const bytes = fs.lstat(path)?.type === "file" ? readSmallFile(fs, path, SIGN_IN_LIMIT) : null;
    const document = bytes === null ? null : parseObject(bytes.toString("utf8"));
    const { end, since } = document ?? {};
    return typeof end === "number" && typeof since === "number" ? { end, since } : null;
  } catch (error) {
    if (isErrno(error, "EFBIG", "EACCES", "EPERM", "ENOTDIR", "ELOOP")) return null;
    throw error;
  }
}

/**
 * Since when a login has been there at least, epoch milliseconds; null where there is none.
 * @param modifiedAt when its file was written last: at the sign-in, or at a refresh since
 */
export function signedInSince(
  credential: Credential,
  modifiedAt: number | null,
  noted: SignIn | null,
): number | null {
  if (credential.state !== "valid" || modifiedAt === null) return null;
  return isOf(noted, credential.refreshTokenExpiresAt) ? Math.min(noted.since, modifiedAt) : modifiedAt;
}

/** Whether what was noted is of the login that ends then. */
export function isOf(noted: SignIn | null, end: number | null): noted is SignIn {
  return noted !== null && end !== null && end <= noted.end;
}
