import { isErrno } from "../errors.ts";
import type { FileSystem, Path } from "./file-system.ts";

/**
 * Gives an entry of ours its permission bits, where they are not so already. Some mounts of a host refuse every such
 * change; the entry was made private, so it then stays closer than asked for, and never more open.
 */
export function adjustMode(fs: FileSystem, path: Path, mode: number): void {
  if (fs.lstat(path)?.mode === mode) return;
  try {
    fs.chmod(path, mode);
  } catch (error) {
    if (!isErrno(error, "EPERM", "EOPNOTSUPP", "ENOTSUP", "ENOSYS")) throw error;
  }
}
