import type { FileSystem } from "./file-system.ts";
import { randomDigits } from "./random-digits.ts";
import { removeQuietly, withOpen, writeAll } from "./transfer.ts";

/** busybox and dash compare whole seconds, so what changes within this time after a look must still look newer. */
const SET_BACK_NS = 2_000_000_000n;
const SECOND_NS = 1_000_000_000n;

/**
 * The time of a file that says how things were at `now` (epoch milliseconds): set back by 2 s, though not to before what
 * it must be newer than to any shell, the container's own marker file.
 */
export function timeOfLook(now: number, marker: bigint | null): bigint {
  const back = BigInt(now) * 1_000_000n - SET_BACK_NS;
  // Times are kept to about a microsecond.
  const earliest = marker === null ? 0n : marker + SECOND_NS + 1n;
  return back > earliest ? back : earliest;
}

/** A file of the cache. */
export interface TimedFile {
  readonly path: string;
  readonly text: string;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
}

/** Puts a file in its place by one rename, with its time set already. Its directory is there. */
export function writeTimed(fs: FileSystem, { path, text, time }: TimedFile): void {
  const temporary = `${path}-${randomDigits(12)}`;
  removeUnfinished(fs, path);
  const descriptor = fs.openNew(temporary, 0o600);
  try {
    withOpen(fs, descriptor, () => {
      writeAll(fs, descriptor, Buffer.from(text), 0);
    });
    fs.lutimes(temporary, time, time);
    fs.rename(temporary, path);
  } catch (error) {
    removeQuietly(fs, temporary);
    throw error;
  }
}

/** Makes a directory in a home's `.cache`, and what is missing from that on, private. */
export function makeCache(fs: FileSystem, directory: string): void {
  if (fs.lstat(directory) !== null) return;
  if (!directory.endsWith("/.cache")) makeCache(fs, directory.slice(0, directory.lastIndexOf("/")));
  fs.mkdir(directory, 0o700);
}

/** What runs left that were killed while they wrote; another run's loses its file, which costs time and nothing else. */
function removeUnfinished(fs: FileSystem, path: string): void {
  const [directory, name] = [path.slice(0, path.lastIndexOf("/")), path.slice(path.lastIndexOf("/") + 1)];
  for (const entry of fs.list(directory).map((each) => each.toString()))
    if (entry.startsWith(`${name}-`) && /-[0-9a-f]{12}$/.test(entry))
      removeQuietly(fs, `${directory}/${entry}`);
}
