import { basename } from "node:path";
import { errnoCode, isErrno } from "../errors.ts";
import { INCOMING_PREFIX } from "../plan/plan-merge.ts";
import type { FileSystem, Owner, Path } from "./file-system.ts";
import { joinPath, parentPath } from "./path.ts";

/**
 * Beside the directory to be made, and for that alone: of two starts one may rename what the other made. One that a
 * killed run left is taken away by the next.
 */
function unfinishedOf(path: Path): Path {
  const name = basename(path.toString()).slice(0, 50);
  return joinPath(parentPath(path), `${INCOMING_PREFIX}directory-${name}`);
}

/**
 * Makes a directory that nothing is at, with `mode` less the umask. For another owner it is made under a name of ours
 * and gets its own by one rename when it is theirs: killed on the way, root must not have made a directory that its
 * user cannot use. One that somebody else makes meanwhile is as good.
 */
export function makeOwned(fs: FileSystem, path: Path, mode: number, owner: Owner | null): void {
  if (owner === null) {
    makeOrShare(fs, path, mode);
    return;
  }
  for (let tries = 3; !tryToMake(fs, path, mode, owner, tries === 1); tries -= 1);
}

/**
 * @returns false where another start took the unfinished directory away, which to it looked like a killed run's
 * @throws what that looked like, where it is the last try
 */
function tryToMake(fs: FileSystem, path: Path, mode: number, owner: Owner, isLastTry: boolean): boolean {
  const unfinished = unfinishedOf(path);
  try {
    // A killed run left it, or another start is at the same work: either's serves both.
    makeOrShare(fs, unfinished, mode);
    fs.lchown(unfinished, owner);
    if (fs.lstat(path) === null) fs.rename(unfinished, path);
    else removeQuietly(fs, unfinished);
    return true;
  } catch (error) {
    // `ESTALE`: it had lost its name already when it was to be held.
    const isTaken = isErrno(error, "ENOENT", "ESTALE") && !isLastTry;
    if (!isTaken) removeQuietly(fs, unfinished);
    if (fs.lstat(path)?.type === "directory") return true;
    if (!isTaken) throw error;
    return false;
  }
}

function makeOrShare(fs: FileSystem, directory: Path, mode: number): void {
  try {
    fs.mkdir(directory, mode);
  } catch (error) {
    if (!isErrno(error, "EEXIST") || fs.lstat(directory)?.type !== "directory") throw error;
  }
}

function removeQuietly(fs: FileSystem, directory: Path): void {
  try {
    fs.rmdir(directory);
  } catch (error) {
    // It keeps a name that the next run recognises.
    if (errnoCode(error) === undefined) throw error;
  }
}
