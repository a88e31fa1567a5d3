import { isErrno } from "../errors.ts";
import type { Twins } from "../plan/name-traits.ts";
import type { FileSystem, Path } from "./file-system.ts";
import { joinPath } from "./path.ts";
import { withOpen } from "./transfer.ts";

/** How a file system says that it holds no such name, or no symlinks. */
const REFUSED = ["EINVAL", "EILSEQ", "ENAMETOOLONG", "ENOENT", "EPERM", "EACCES", "ENOSYS", "EOPNOTSUPP"];

/**
 * True where a file of that name can be made in the directory, and be found there.
 * @throws where the directory takes no files at all
 */
export function takesName(fs: FileSystem, directory: Path, name: Buffer): boolean {
  const path = joinPath(directory, name);
  return attempt(fs, path, () => {
    withOpen(fs, fs.openNew(path, 0o600), () => undefined);
  });
}

export function takesSymlinks(fs: FileSystem, directory: Path): boolean {
  const path = joinPath(directory, "symlink");
  return attempt(fs, path, () => {
    fs.symlink("nowhere", path);
  });
}

/** True where the two names are one file's. */
export function areOneFile(fs: FileSystem, directory: Path, [first, second]: Twins): boolean {
  if (!takesName(fs, directory, first)) return false;
  const path = joinPath(directory, first);
  withOpen(fs, fs.openNew(path, 0o600), () => undefined);
  const isThere = fs.lstat(joinPath(directory, second)) !== null;
  fs.unlink(path);
  return isThere;
}

function attempt(fs: FileSystem, path: Buffer, make: () => void): boolean {
  try {
    make();
  } catch (error) {
    if (isErrno(error, ...REFUSED)) return false;
    throw error;
  }
  const isThere = fs.lstat(path) !== null;
  fs.unlink(path);
  return isThere;
}
