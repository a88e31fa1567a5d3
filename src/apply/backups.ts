import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import type { FileSystem, Owner, Path, Stat } from "./file-system.ts";
import type { Flush } from "./flush.ts";
import { makeOwned } from "./make-owned.ts";
import type { MergeRequest } from "./merge-request.ts";
import { joinPath, parentPath } from "./path.ts";
import { removeTreeInSteps } from "./remove-tree.ts";
import { isSame } from "./same-content.ts";
import { readSmallFile } from "./transfer.ts";

/** Where what loses a merge goes. */
export type BackupRequest = Pick<MergeRequest, "fs" | "backups" | "backupName" | "owner">;

/** Backups kept; those with a credential in them are kept besides. */
const KEPT = 10;

/** The backups of a store, the newest first. Their names begin with the time they were made. */
export function listBackups(fs: FileSystem, backups: Path): Buffer[] {
  if (fs.lstat(backups)?.type !== "directory") return [];
  return fs
    .list(backups)
    .reverse()
    .filter((name) => fs.lstat(joinPath(backups, name))?.type === "directory");
}

/** Where the backups lie, the newest first: to be looked up once for many files. */
export function backupPaths(fs: FileSystem, backups: Path): Buffer[] {
  return listBackups(fs, backups).map((name) => joinPath(backups, name));
}

/** True where one of `places` holds the same file or symlink under the same relative path: once is enough. */
export function* inBackups(
  fs: FileSystem,
  places: readonly Path[],
  relative: Buffer,
  entry: Path,
  { type, size }: Stat,
): Generator<void, boolean> {
  if (type !== "file" && type !== "symlink") return false;
  for (const place of places) {
    const kept = joinPath(place, relative);
    const stat = fs.lstat(kept);
    if (stat?.type === type && stat.size === size && (yield* isSame(fs, entry, kept, stat))) return true;
  }
  return false;
}

/** True where some backup holds `bytes` in a file of this name (or of it with a number behind). */
export function backupsHold(fs: FileSystem, backups: Path, name: string, bytes: Buffer): boolean {
  return listBackups(fs, backups).some((backup) => {
    const directory = joinPath(backups, backup);
    return fs
      .list(directory)
      .filter((entry) => entry.toString() === name || entry.toString().startsWith(`${name}.`))
      .some((entry) => {
        const path = joinPath(directory, entry);
        const stat = fs.lstat(path);
        return (
          stat?.type === "file" &&
          stat.size === bytes.length &&
          readSmallFile(fs, path, stat.size)?.equals(bytes) === true
        );
      });
  });
}

/** Makes the `backups` directory and one named `name` in it, where they are missing, with what is missing above them. */
export function makeBackup(fs: FileSystem, backups: Path, name: string, owner: Owner | null): Buffer {
  const directory = joinPath(backups, name);
  makeMissing(fs, directory, owner);
  return directory;
}

function makeMissing(fs: FileSystem, path: Path, owner: Owner | null): void {
  if (fs.lstat(path) !== null) return;
  makeMissing(fs, parentPath(path), owner);
  makeOwned(fs, path, 0o700, owner);
}

/**
 * Makes the directories for `relative` in a backup, noting each for the flush.
 * @returns the place of `relative`; something may be there already.
 */
export function makeBackupPlace(request: BackupRequest, flush: Flush, relative: Buffer): Buffer {
  const { fs, backups, backupName, owner } = request;
  let directory = makeBackup(fs, backups, backupName, owner);
  flush.note(backups);
  flush.note(directory);
  let start = 0;
  for (let slash = relative.indexOf(0x2f); slash !== -1; slash = relative.indexOf(0x2f, start)) {
    directory = joinPath(directory, relative.subarray(start, slash));
    if (fs.lstat(directory) === null) makeOwned(fs, directory, 0o700, owner);
    flush.note(directory);
    start = slash + 1;
  }
  return joinPath(directory, relative.subarray(start));
}

/**
 * Removes what is older than the last ten backups, except those that hold a credential: these are the user's to remove.
 * @returns the names removed.
 */
export function* pruneBackups(fs: FileSystem, backups: Path): Generator<void, string[]> {
  const removed: string[] = [];
  for (const name of listBackups(fs, backups).slice(KEPT)) {
    const directory = joinPath(backups, name);
    if (fs.list(directory).some((entry) => entry.toString().startsWith(CREDENTIAL_NAME))) continue;
    yield* removeTreeInSteps(fs, directory);
    removed.push(name.toString());
  }
  return removed;
}
