import { isErrno } from "../errors.ts";
import type { FileSystem, Path, Stat } from "./file-system.ts";

const REFUSALS = ["EPERM", "EOPNOTSUPP", "ENOTSUP", "ENOSYS"];

/** Gives an entry the times of another. A mount that shows it as somebody else's refuses that: it then has new ones. */
export function adjustTimes(fs: FileSystem, path: Path, { accessedNs, modifiedNs }: Stat): void {
  try {
    fs.lutimes(path, accessedNs, modifiedNs);
  } catch (error) {
    if (!isErrno(error, ...REFUSALS)) throw error;
  }
}

/**
 * Gives an entry of ours its permission bits, where they are not so already. Some mounts of a host refuse every such
 * change; the entry was made private, so it then stays closer than asked for, and never more open.
 */
export function adjustMode(fs: FileSystem, path: Path, mode: number): void {
  if (fs.lstat(path)?.mode === mode) return;
  try {
    fs.chmod(path, mode);
  } catch (error) {
    if (!isErrno(error, ...REFUSALS)) throw error;
  }
}
