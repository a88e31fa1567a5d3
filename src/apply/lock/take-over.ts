import { isErrno } from "../../errors.ts";
import type { FileSystem, Stat } from "../file-system.ts";
import { removeTree } from "../remove-tree.ts";
import type { Clock } from "./clock.ts";
import { removeLockOwner } from "./lock-owner.ts";

/** A claim is held for a few calls; one that is further away than this was left by a run that was killed in them. */
const CLAIM_MS = 10_000;

/** True for a phantom: a directory that is shown and can be neither moved nor removed (network file systems). */
export type TakeOver = "removed" | "phantom" | "somebody-else";

/**
 * Removes a stale lock, so that its name is free for `mkdir`. Of several that want to only one does it: the one
 * that made the directory `<lock>.claim`; it looks again first, and takes the lock away by a rename, never by
 * `rmdir`, so that it can see what it took. A fresh lock that got there meanwhile is put back.
 * @param seen the lock as it was judged
 */
export function takeOver(fs: FileSystem, clock: Clock, path: string, seen: Stat): TakeOver {
  const claim = `${path}.claim`;
  if (!makeClaim(fs, clock, claim)) return "somebody-else";
  try {
    const now = fs.lstat(path);
    if (now === null) return "removed";
    if (!isSameLock(now, seen)) return "somebody-else";
    // The claim is ours alone, so the name is free; what a killed taker left at it goes first.
    const taken = `${path}.stale`;
    removeTree(fs, taken);
    try {
      fs.rename(path, taken);
    } catch (error) {
      if (isErrno(error, "ENOENT", "EINVAL", "ESTALE")) return "phantom";
      throw error;
    }
    const got = fs.lstat(taken);
    if (got !== null && !isSameLock(got, seen)) {
      if (fs.lstat(path) === null) fs.rename(taken, path);
      return "somebody-else";
    }
    removeLockOwner(fs, path);
    removeTree(fs, taken);
    return "removed";
  } finally {
    removeClaim(fs, claim);
  }
}

/** The same entry, not moved since. An inode's number alone may be given anew. */
export function isSameLock(a: Stat, b: Stat): boolean {
  return a.inode === b.inode && a.modifiedNs === b.modifiedNs && a.bornNs === b.bornNs;
}

function makeClaim(fs: FileSystem, clock: Clock, claim: string): boolean {
  for (const isLast of [false, true]) {
    try {
      fs.mkdir(claim, 0o700);
      return true;
    } catch (error) {
      if (isLast || !isErrno(error, "EEXIST")) {
        if (isErrno(error, "EEXIST")) return false;
        throw error;
      }
    }
    const stat = fs.lstat(claim);
    if (stat !== null && Math.abs(clock.now() - Number(stat.modifiedNs / 1_000_000n)) <= CLAIM_MS)
      return false;
    removeClaim(fs, claim);
  }
  return false;
}

function removeClaim(fs: FileSystem, claim: string): void {
  try {
    removeTree(fs, claim);
  } catch (error) {
    // It ages, and the next taker sees that.
    if (!isErrno(error, "ENOENT", "EINVAL", "ESTALE", "EACCES", "EPERM", "EROFS", "EIO", "ENOTEMPTY"))
      throw error;
  }
}
