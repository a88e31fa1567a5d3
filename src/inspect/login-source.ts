import type { FileSystem, Owner } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { errnoCode } from "../errors.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import { CREDENTIAL_LIMIT, parseCredential, type Credential } from "./credential.ts";
import { isMountPoint } from "./mounts.ts";
import { probeManners } from "./probe.ts";
import { readMounts } from "./surroundings.ts";

/** Why what Claude Code renews could not be kept in a directory. */
export type Obstacle =
  | { readonly kind: "owner"; readonly uid: number }
  /** It replaces the file by a rename, which a symlink does not survive and a mount refuses (facts C1). */
  | { readonly kind: "not-writable" | "symlink" | "mount" };

/** A login that is to be used or renewed where it lies. */
export interface LoginSource {
  /** The directory that holds the credential, every symlink resolved. */
  readonly directory: string;
  readonly credential: Credential;
  /** The credential's text, as it was judged; null where there is none that can be read. It holds secrets. */
  readonly text: string | null;
  /** Null where a renewed login can be kept. */
  readonly obstacle: Obstacle | null;
}

/** @param isOwn whether it is the login of the user's own home: whatever renews it there is as the user's own sessions are */
export function inspectLoginSource(
  fs: FileSystem,
  user: Owner,
  directory: string,
  isOwn: boolean,
): LoginSource {
  const real = orNull(() => fs.realpath(directory)) ?? directory;
  const read = readLogin(fs, `${real}/${CREDENTIAL_NAME}`);
  return { directory: real, ...read, obstacle: findObstacle(fs, user, real, isOwn) };
}

/** Read through a symlink: a mounted secret's is one. */
function readLogin(fs: FileSystem, path: string): { credential: Credential; text: string | null } {
  try {
    const real = fs.realpath(path);
    const bytes = real === null ? null : readSmallFile(fs, real, CREDENTIAL_LIMIT);
    const text = bytes?.toString("utf8") ?? null;
    return { credential: parseCredential(text), text };
  } catch (error) {
    const code = errnoCode(error);
    if (code === undefined) throw error;
    const credential =
      code === "EFBIG"
        ? ({ state: "malformed" } as const)
        : ({ state: "unreadable", errnoCode: code } as const);
    return { credential, text: null };
  }
}

function findObstacle(fs: FileSystem, user: Owner, directory: string, isOwn: boolean): Obstacle | null {
  const path = `${directory}/${CREDENTIAL_NAME}`;
  if (orNull(() => fs.lstat(path))?.type === "symlink") return { kind: "symlink" };
  if (isMountPoint(readMounts(fs), path)) return { kind: "mount" };
  if (orNull(() => fs.canWrite(directory)) !== true) return { kind: "not-writable" };
  const owner = orNull(() => fs.lstat(path)) ?? orNull(() => fs.stat(directory));
  if (isOwn || owner === null || owner.uid === user.uid) return null;
  // A mount that shows everything as one user's (Docker Desktop, bindfs) shows a new file so as well.
  const shown = orNull(() => probeManners(fs, directory))?.shownOwner.uid;
  return shown === owner.uid ? null : { kind: "owner", uid: owner.uid };
}

function orNull<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return null;
  }
}
