import { errnoCode, isErrno } from "../errors.ts";
import { INCOMING_PREFIX } from "../plan/plan-merge.ts";
import type { FileSystem, Owner, Path } from "./file-system.ts";
import { joinPath, parentPath } from "./path.ts";

/** Beside the directory to be made; one that a killed run left is taken away by the next. */
const UNFINISHED = `${INCOMING_PREFIX}directory`;

/**
 * Makes a directory that nothing is at, with `mode` less the umask. For another owner it is made under a name of ours
 * and gets its own by one rename when it is theirs: killed on the way, root must not have made a directory that its
 * user cannot use. One that somebody else makes meanwhile is as good.
 */
export function makeOwned(fs: FileSystem, path: Path, mode: number, owner: Owner | null): void {
  if (owner === null) {
    fs.mkdir(path, mode);
    return;
  }
  const unfinished = joinPath(parentPath(path), UNFINISHED);
  try {
    fs.mkdir(unfinished, mode);
  } catch (error) {
    // A killed run left it, or another start is at the same work: either's serves both.
    if (!isErrno(error, "EEXIST") || fs.lstat(unfinished)?.type !== "directory") throw error;
  }
  try {
    fs.lchown(unfinished, owner);
    if (fs.lstat(path) === null) fs.rename(unfinished, path);
    else removeQuietly(fs, unfinished);
  } catch (error) {
    removeQuietly(fs, unfinished);
    if (fs.lstat(path)?.type !== "directory") throw error;
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
