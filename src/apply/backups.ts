import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import type { FileSystem, Owner, Path } from "./file-system.ts";
import { joinPath } from "./path.ts";
import { removeTree } from "./remove-tree.ts";
import { haveSameContent, readSmallFile } from "./transfer.ts";

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

/** True where some backup holds the same bytes under the same relative path: once is enough. */
export function inBackups(fs: FileSystem, backups: Path, relative: Buffer, file: Path): boolean {
  return listBackups(fs, backups).some((name) => {
    const kept = joinPath(joinPath(backups, name), relative);
    return fs.lstat(kept)?.type === "file" && haveSameContent(fs, kept, file);
  });
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

/** Makes the `backups` directory and one named `name` in it, where they are missing. */
export function makeBackup(fs: FileSystem, backups: Path, name: string, owner: Owner | null): Buffer {
  const directory = joinPath(backups, name);
  for (const path of [backups, directory]) {
    if (fs.lstat(path) !== null) continue;
    fs.mkdir(path, 0o700);
    if (owner !== null) fs.lchown(path, owner);
  }
  return directory;
}

/**
 * Removes what is older than the last ten backups, except those that hold a credential: these are the user's to remove.
 * @returns the names removed.
 */
export function pruneBackups(fs: FileSystem, backups: Path): string[] {
  const removed: string[] = [];
  for (const name of listBackups(fs, backups).slice(KEPT)) {
    const directory = joinPath(backups, name);
    if (fs.list(directory).some((entry) => entry.toString().startsWith(CREDENTIAL_NAME))) continue;
    removeTree(fs, directory);
    removed.push(name.toString());
  }
  return removed;
}
