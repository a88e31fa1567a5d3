import { isErrno } from "../errors.ts";
import type { FileSystem, Path } from "./file-system.ts";

/** What says that this file system, or this entry (immutable, or another owner's), takes no second name. */
export const NO_LINKS = ["EPERM", "EACCES", "EMLINK", "ENOSYS", "EOPNOTSUPP", "ENOTSUP"];

/** Gives a file a second name. @returns false where it takes none there: then a copy must do. */
export function tryLink(fs: FileSystem, existing: Path, path: Path): boolean {
  try {
    fs.link(existing, path);
    return true;
  } catch (error) {
    if (isErrno(error, "EXDEV", ...NO_LINKS)) return false;
    throw error;
  }
}
