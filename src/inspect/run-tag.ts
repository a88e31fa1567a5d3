import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { readProcess } from "../apply/lock/process-facts.ts";
import { isErrno } from "../errors.ts";
import { INCOMING_PREFIX } from "../plan/plan-merge.ts";

/**
 * Names a run, so that another one can tell whether it is still alive: `<where>-<pid>`, `where` standing for
 * this boot of the machine and this process-id namespace (every container counts its processes from 1).
 */
export function runTag(fs: FileSystem, pid: number): string {
  return `${runPlace(fs)}-${pid.toString()}`;
}

/** No digest, which would take `node:crypto` (`random-digits.ts`). */
function runPlace(fs: FileSystem): string {
  const boot = readSmallFile(fs, "/proc/sys/kernel/random/boot_id", 1024)?.toString() ?? "";
  const namespace = fs.lstat("/proc/self/ns/pid") === null ? "" : fs.readlink("/proc/self/ns/pid").toString();
  // Boots are random, and of one boot no two namespaces have the same number.
  const place = (Number.parseInt(boot.slice(0, 8), 16) ^ Number(/\d+/.exec(namespace)?.[0])) >>> 0;
  return place.toString(16).padStart(8, "0");
}

/**
 * True where the run that left a name behind is known to be over: its process is gone, or it was another
 * container's or boot's, of which nothing can be seen from here; such a one works for minutes at most, and what
 * it staged its sources still hold.
 * @param name what follows the prefix of our temporary names
 * @param tag this run's
 */
export function isDeadRun(fs: FileSystem, name: string, tag: string): boolean {
  const [place, pid] = name.split("-");
  const [here, self] = tag.split("-");
  if (place !== here || pid === undefined || !/^\d+$/.test(pid)) return true;
  return pid !== self && (readProcess(fs, Number(pid))?.hasEnded ?? true);
}

/** Names in a directory that runs left which are over. */
export function deadLeftovers(fs: FileSystem, directory: string, tag: string): string[] {
  try {
    return fs
      .list(directory)
      .map((name) => name.toString())
      .filter(
        (name) => name.startsWith(INCOMING_PREFIX) && isDeadRun(fs, name.slice(INCOMING_PREFIX.length), tag),
      );
  } catch (error) {
    if (isErrno(error, "ENOENT", "ENOTDIR", "EACCES")) return [];
    throw error;
  }
}
