import { isErrno } from "../errors.ts";
import type { FileSystem, Path } from "./file-system.ts";
import { joinPath } from "./path.ts";
import { runSteps } from "./run-steps.ts";

/** Removes an entry with all that is below it, never through a symlink. What is gone already is no error. */
export function removeTree(fs: FileSystem, path: Path): void {
  runSteps(removeTreeInSteps(fs, path));
}

/** `removeTree` as far as that is possible: what led here is what counts, and a leftover keeps a name that the next run recognises. */
export function removeTreeQuietly(fs: FileSystem, path: Path): void {
  try {
    removeTree(fs, path);
  } catch {
    return;
  }
}

/** `removeTree` that pauses after each entry, for what may be large. */
export function* removeTreeInSteps(fs: FileSystem, path: Path): Generator<void> {
  const stat = fs.lstat(path);
  if (stat === null) return;
  if (stat.type !== "directory") {
    fs.unlink(path);
    return;
  }
  openUp(fs, path, stat.mode);
  for (const name of fs.list(path)) {
    yield* removeTreeInSteps(fs, joinPath(path, name));
    yield;
  }
  fs.rmdir(path);
}

/**
 * A directory that its owner may not write to can be neither filled nor emptied; root's can, so a refusal is left to
 * the next call.
 */
export function openUp(fs: FileSystem, path: Path, mode: number): void {
  if ((mode & 0o700) === 0o700) return;
  try {
    fs.chmod(path, mode | 0o700);
  } catch (error) {
    if (!isErrno(error, "EPERM", "EROFS", "EACCES")) throw error;
  }
}
