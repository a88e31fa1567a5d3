import { isErrno, systemError } from "../errors.ts";
import { readStateBytes, STATE_LIMIT } from "../inspect/state-file.ts";
import { CREATED, UNCHANGED, UPDATED, type Done, type Of } from "./done.ts";
import { writeDurably } from "./durable-write.ts";
import type { FileSystem } from "./file-system.ts";
import { isSameBytes, keepBytes } from "./merge-credential.ts";
import { parentPath } from "./path.ts";
import { readSmallFile } from "./transfer.ts";

/** Bytes: the largest of what is kept whole is a state file. */
const KEPT_LIMIT = STATE_LIMIT;

/**
 * Gives a directory that is whole and durable its name in the home. A symlink that has the name is renamed aside first
 * and gets it back should the second rename fail, so that whoever uses the name finds one of the two.
 * @throws `ESTALE` where something else has the name by now
 */
export function returnDirectory(
  { path, from, replaces, temporary }: Of<"return-directory">,
  fs: FileSystem,
): Done {
  mustBe(fs, path, replaces);
  if (replaces === null) {
    fs.rename(from, path);
  } else {
    fs.rename(path, temporary);
    try {
      fs.rename(from, path);
    } catch (error) {
      giveBack(fs, temporary, path);
      throw error;
    }
  }
  fs.syncDirectory(parentPath(path));
  if (replaces !== null) fs.unlink(temporary);
  return replaces === null ? CREATED : UPDATED;
}

/** The error that led here is the one to tell of; a symlink that cannot have its name back keeps one that is known for ours. */
function giveBack(fs: FileSystem, temporary: string, path: string): void {
  try {
    fs.rename(temporary, path);
  } catch {
    return;
  }
}

/**
 * Puts a copy of a state file in the place of the symlink that leads to it, by one rename; decided anew where the file
 * changes meanwhile.
 * @throws `ESTALE` where something else has the name by now
 */
export function returnFile({ path, from, replaces, temporary }: Of<"return-file">, fs: FileSystem): Done {
  for (;;) {
    mustBe(fs, path, replaces);
    const bytes = readStateBytes(fs, from);
    if (bytes === null) {
      if (replaces === null) return UNCHANGED;
      fs.unlink(path);
      fs.syncDirectory(parentPath(path));
      return UPDATED;
    }
    const isStillSo = (): boolean => isSameBytes(readStateBytes(fs, from), bytes);
    const write = { path, bytes, mode: 0o600, owner: null, temporary, directory: parentPath(path) };
    if (writeDurably(fs, { ...write, isStillSo })) return replaces === null ? CREATED : UPDATED;
  }
}

/** @param text of the symlink that is to be at `path`; null for nothing */
function mustBe(fs: FileSystem, path: string, text: string | null): void {
  const type = fs.lstat(path)?.type;
  const isSo =
    text === null ? type === undefined : type === "symlink" && fs.readlink(path).toString() === text;
  if (!isSo) throw systemError("ESTALE", `'${path}' is not what it was when it was looked at`, path);
}

/** Keeps a small file that holds a secret in the backups. */
export function keepFile(
  { path, sameAs, backups, backupName, temporary }: Of<"keep-file">,
  fs: FileSystem,
): Done {
  const bytes = readSmallFile(fs, path, KEPT_LIMIT);
  if (bytes === null || bytes.length === 0) return UNCHANGED;
  if (sameAs !== null && isSameBytes(readSmallFile(fs, sameAs, KEPT_LIMIT), bytes)) return UNCHANGED;
  const name = path.slice(path.lastIndexOf("/") + 1);
  keepBytes({ fs, backups, backupName, temporary, owner: null }, name, bytes);
  return UPDATED;
}

/**
 * Leaves a directory in which anything is, or that something is mounted on.
 * @throws `ENOTEMPTY` for one that must be empty
 */
export function removeDirectory(
  { path, mustBeEmpty, lastFile }: Of<"remove-directory">,
  fs: FileSystem,
): Done {
  if (fs.lstat(path)?.type !== "directory") return UNCHANGED;
  const names = fs.list(path).map((name) => `${path}/${name.toString()}`);
  if (names.some((name) => name !== lastFile)) {
    if (mustBeEmpty) throw systemError("ENOTEMPTY", `'${path}' is not empty`, path);
    return UNCHANGED;
  }
  if (lastFile !== null && names.length > 0) fs.unlink(lastFile);
  try {
    fs.rmdir(path);
  } catch (error) {
    if (isErrno(error, "ENOTEMPTY", "EEXIST", "EBUSY")) return UNCHANGED;
    throw error;
  }
  fs.syncDirectory(parentPath(path));
  return UPDATED;
}
