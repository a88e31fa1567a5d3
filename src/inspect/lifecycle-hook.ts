import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { errnoCode } from "../errors.ts";
import type { HomeLayout } from "../layout.ts";
import { readHostname, readStamp } from "./stamp.ts";
import { newestMarker, readSurroundings } from "./surroundings.ts";

/**
 * True in a container in which no `start` ended well so far: the stamp is not there, or another container's. Always false
 * outside of containers, and where nothing tells one container from the next.
 */
export function isUnstarted(fs: FileSystem, { stamp: path }: HomeLayout): boolean {
  const marker = newestMarker(fs);
  if (marker === null || !readSurroundings(fs).inContainer) return false;
  const stamp = readStamp(fs, path);
  if (stamp === null || stamp.hostname !== readHostname(fs)) return true;
  return (fs.lstat(path)?.modifiedNs ?? 0n) <= marker;
}

/**
 * True while a `start` is at work here, the lifecycle hook's for one: what it has not done yet is no fault. Seen by the
 * command lines of this container's processes.
 * @param bundlePath what Node.js runs
 */
export function isStartAtWork(fs: FileSystem, bundlePath: string): boolean {
  const processes = listed(() => fs.list("/proc").map((name) => name.toString()));
  return processes
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      const words = listed(() => commandLine(fs, pid));
      return words.some((word, index) => word === bundlePath && words[index + 1] === "start");
    });
}

function commandLine(fs: FileSystem, pid: string): string[] {
  return (
    readSmallFile(fs, `/proc/${pid}/cmdline`, 1024 * 1024)
      ?.toString("utf8")
      .split("\0") ?? []
  );
}

/** A process that ended meanwhile, or is not ours to see, has nothing to show. */
function listed(read: () => string[]): string[] {
  try {
    return read();
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return [];
  }
}
