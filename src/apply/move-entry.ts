import { isErrno } from "../errors.ts";
import type { FileSystem, Path } from "./file-system.ts";
import { NO_LINKS } from "./try-link.ts";

/**
 * Brings anything but a directory, that nobody else writes to, to a place where somebody may: never over what is
 * there, for a client at work makes its files again the moment they are gone. Stopped in the middle, the entry has
 * both names. Without hard links a look and a rename must do.
 * @returns false where something has the name: then nothing has changed.
 */
export function moveEntry(fs: FileSystem, from: Path, to: Path): boolean {
  try {
    fs.link(from, to);
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    if (!isErrno(error, ...NO_LINKS)) throw error;
    if (fs.lstat(to) !== null) return false;
    fs.rename(from, to);
    return true;
  }
  fs.unlink(from);
  return true;
}
