import { errnoCode } from "../errors.ts";
import type { FileSystem } from "./file-system.ts";

/** The path of what a descriptor is open on: a symlink of the kernel's own, which leads there wherever that lies. */
export function procPath(descriptor: number): string {
  return `/proc/self/fd/${descriptor.toString()}`;
}

/** False without `/proc`, and where it is closed to this process (a Node with capabilities of its own, say). */
export function isReachable(fs: FileSystem, directory: number): boolean {
  try {
    const through = fs.lstat(`${procPath(directory)}/.`);
    const held = fs.fstat(directory);
    return through?.inode === held.inode && through.device === held.device;
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return false;
  }
}

/** Closes a descriptor that nothing was written through: a failure has nothing to tell. */
export function closeQuietly(fs: FileSystem, descriptor: number): void {
  try {
    fs.close(descriptor);
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
  }
}
