import { adjustMode } from "./adjust-mode.ts";
import { isErrno } from "../errors.ts";
import { backupPaths, inBackups, makeBackup, makeBackupPlace } from "./backups.ts";
import type { Path, Stat } from "./file-system.ts";
import { Flush } from "./flush.ts";
import type { MergeRequest, MergeTally } from "./merge-request.ts";
import { moveEntry } from "./move-entry.ts";
import { below, joinPath } from "./path.ts";
import { openUp, removeTreeInSteps } from "./remove-tree.ts";
import { replaceOlder } from "./replace-older.ts";
import { isSame } from "./same-content.ts";
import { STAGED_BACKUPS, STAGED_NEWER, STAGED_TREE } from "./stage-tree.ts";

/**
 * Moves what was staged to its place: the losers to the backups first, then what takes the place of an older one, then
 * each entry into the target by one rename. An entry that appeared in the target meanwhile stays; the staged one goes to the backups.
 * Everything is durable when it returns, and the staging directory is gone.
 */
export function* commitTree(request: MergeRequest, tally: MergeTally): Generator<void> {
  const { fs, staging, target, backups, backupName, owner } = request;
  const flush = new Flush();
  const losers = joinPath(staging, STAGED_BACKUPS);
  if (fs.lstat(losers) !== null) {
    const backup = makeBackup(fs, backups, backupName, owner);
    flush.note(backups);
    yield* moveInto(request, tally, flush, losers, backup);
  }
  const newer = joinPath(staging, STAGED_NEWER);
  if (fs.lstat(newer) !== null) yield* replaceOlder(request, flush, newer);
  const tree = joinPath(staging, STAGED_TREE);
  if (fs.lstat(tree) !== null) yield* moveInto(request, tally, flush, tree, Buffer.from(target));
  flush.run(fs, target);
  yield* removeTreeInSteps(fs, staging);
}

function* moveInto(
  request: MergeRequest,
  tally: MergeTally,
  flush: Flush,
  from: Buffer,
  to: Buffer,
  relative: Buffer = Buffer.alloc(0),
): Generator<void> {
  const { fs } = request;
  const directory = below(to, relative);
  const mode = fs.lstat(directory)?.mode ?? 0o700;
  flush.note(directory);
  openUp(fs, directory, mode);
  for (const name of fs.list(below(from, relative))) {
    const path = joinPath(relative, name);
    const source = below(from, path);
    const target = below(to, path);
    const staged = fs.lstat(source);
    if (staged === null) continue;
    const present = fs.lstat(target) ?? (place(request, source, target, staged) ? null : fs.lstat(target));
    if (present === null) {
      // It has its place.
    } else if (staged.type === "directory" && present.type === "directory") {
      yield* moveInto(request, tally, flush, from, to, path);
    } else if (staged.type !== present.type || !(yield* isSame(fs, source, target, staged))) {
      // It appeared while we staged: another container was quicker. Both are kept.
      const places = backupPaths(fs, request.backups);
      if (!(yield* inBackups(fs, places, path, source, staged))) {
        const kept = makeBackupPlace(request, flush, path);
        if (fs.lstat(kept) === null) fs.rename(source, kept);
        tally.backedUp += 1;
      }
    }
    yield;
  }
  if ((mode & 0o700) !== 0o700) adjustMode(fs, directory, mode);
}

/** @returns false where something has appeared there since it was looked at. */
function place(request: MergeRequest, source: Path, target: Path, staged: Stat): boolean {
  if (staged.type !== "directory") return moveEntry(request.fs, source, target);
  try {
    renameAsIs(request, source, target, staged.mode);
    return true;
  } catch (error) {
    if (isErrno(error, "ENOTEMPTY", "EEXIST", "ENOTDIR")) return false;
    throw error;
  }
}

/** Moving a directory rewrites its `..`, which takes write permission on the directory itself. */
function renameAsIs(request: MergeRequest, source: Path, target: Path, mode: number): void {
  const { fs } = request;
  try {
    fs.rename(source, target);
  } catch (error) {
    if (!isErrno(error, "EACCES")) throw error;
    fs.chmod(source, mode | 0o700);
    fs.rename(source, target);
    adjustMode(fs, target, mode & 0o777);
  }
}
