import { isErrno } from "../errors.ts";
import { inBackups, makeBackup } from "./backups.ts";
import type { Path, Stat } from "./file-system.ts";
import { Flush } from "./flush.ts";
import type { MergeRequest, MergeTally } from "./merge-request.ts";
import { moveEntry } from "./move-entry.ts";
import { joinPath } from "./path.ts";
import { openUp, removeTree } from "./remove-tree.ts";
import { at, isSame, STAGED_BACKUPS, STAGED_TREE } from "./stage-tree.ts";

/**
 * Moves what was staged to its place: the losers to the backups first, then each entry into the target by one
 * rename. An entry that appeared in the target meanwhile stays; the staged one goes to the backups.
 * Everything is durable when it returns, and the staging directory is gone.
 */
export function* commitTree(request: MergeRequest, tally: MergeTally): Generator<void> {
  const { fs, staging, target } = request;
  const flush = new Flush();
  const losers = joinPath(staging, STAGED_BACKUPS);
  if (fs.lstat(losers) !== null)
    yield* moveInto(request, tally, flush, losers, makeBackupFor(request, flush));
  const tree = joinPath(staging, STAGED_TREE);
  if (fs.lstat(tree) !== null) yield* moveInto(request, tally, flush, tree, Buffer.from(target));
  flush.run(fs, target);
  removeTree(fs, staging);
}

function makeBackupFor(request: MergeRequest, flush: Flush): Buffer {
  const directory = makeBackup(request.fs, request.backups, request.backupName, request.owner);
  flush.note(request.backups);
  flush.note(directory);
  return directory;
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
  const directory = at(to, relative);
  const mode = fs.lstat(directory)?.mode ?? 0o700;
  flush.note(directory);
  openUp(fs, directory, mode);
  for (const name of fs.list(at(from, relative))) {
    const path = joinPath(relative, name);
    const source = at(from, path);
    const target = at(to, path);
    const staged = fs.lstat(source);
    if (staged === null) continue;
    const present = fs.lstat(target) ?? (place(request, source, target, staged) ? null : fs.lstat(target));
    if (present === null) {
      // It has its place.
    } else if (staged.type === "directory" && present.type === "directory") {
      yield* moveInto(request, tally, flush, from, to, path);
    } else if (staged.type !== present.type || !isSame(request, source, target, staged)) {
      // It appeared while we staged: another container was quicker. Both are kept.
      if (staged.type !== "file" || !inBackups(fs, request.backups, path, source)) {
        keepAsBackup(request, flush, path, source);
        tally.backedUp += 1;
      }
    }
    yield;
  }
  if ((mode & 0o700) !== 0o700) fs.chmod(directory, mode);
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
    fs.chmod(target, mode & 0o777);
  }
}

function keepAsBackup(request: MergeRequest, flush: Flush, path: Buffer, source: Buffer): void {
  const { fs, owner } = request;
  makeBackupFor(request, flush);
  for (let slash = path.indexOf(0x2f); slash !== -1; slash = path.indexOf(0x2f, slash + 1)) {
    const directory = joinPath(joinPath(request.backups, request.backupName), path.subarray(0, slash));
    if (fs.lstat(directory) === null) fs.mkdir(directory, 0o700);
    if (owner !== null) fs.lchown(directory, owner);
    flush.note(directory);
  }
  const kept = joinPath(joinPath(request.backups, request.backupName), path);
  if (fs.lstat(kept) === null) fs.rename(source, kept);
}
