import { randomBytes } from "node:crypto";
import { CONTAINER_MARKERS } from "../inspect/surroundings.ts";
import { renderStamp, type Stamp } from "../inspect/stamp.ts";
import type { FileSystem } from "./file-system.ts";
import { removeQuietly, readSmallFile, withOpen, writeAll } from "./transfer.ts";

/** busybox and dash compare whole seconds, so what changes within this time after the stamp must still look newer. */
const SET_BACK_NS = 2_000_000_000n;
const SECOND_NS = 1_000_000_000n;

/** When the stamp is written, and what it must be no older than. */
export interface StampMoment {
  /** Epoch milliseconds. */
  readonly now: number;
  /** The options written down at build: a Feature that was installed anew must be looked at anew. */
  readonly optionsPath: string;
}

/**
 * Leaves the stamp for the launcher, unless it is there and still speaks for itself. It is set back by 2 s,
 * though not to before the container's own marker file, than which it must be newer, nor before the options.
 */
export function writeStamp(fs: FileSystem, path: string, stamp: Stamp, moment: StampMoment): void {
  const text = renderStamp(stamp);
  if (text === null) return;
  const marker = newestMarker(fs);
  const options = fs.lstat(moment.optionsPath)?.modifiedNs ?? 0n;
  if (isCurrent(fs, path, text, stamp, { marker, options })) return;

  const directory = path.slice(0, path.lastIndexOf("/"));
  for (const parent of [directory.slice(0, directory.lastIndexOf("/")), directory]) {
    if (fs.lstat(parent) === null) fs.mkdir(parent, 0o700);
  }
  removeUnfinished(fs, directory);
  const temporary = `${directory}/stamp-${randomBytes(6).toString("hex")}`;
  const descriptor = fs.openNew(temporary, 0o600);
  try {
    withOpen(fs, descriptor, () => {
      writeAll(fs, descriptor, Buffer.from(text), 0);
    });
    // Times are kept to about a microsecond.
    const earliest = [marker === null ? 0n : marker + SECOND_NS + 1n, options + 2_000n];
    const time = [BigInt(moment.now) * 1_000_000n - SET_BACK_NS, ...earliest].reduce(later);
    fs.lutimes(temporary, time, time);
    fs.rename(temporary, path);
  } catch (error) {
    removeQuietly(fs, temporary);
    throw error;
  }
}

/** What runs left that were killed while they wrote; another run's loses its stamp, which costs time and nothing else. */
function removeUnfinished(fs: FileSystem, directory: string): void {
  for (const name of fs.list(directory))
    if (/^stamp-[0-9a-f]{12}$/.test(name.toString())) removeQuietly(fs, `${directory}/${name.toString()}`);
}

function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function newestMarker(fs: FileSystem): bigint | null {
  const times = CONTAINER_MARKERS.flatMap((path) => fs.lstat(path)?.modifiedNs ?? []);
  return times.length === 0 ? null : times.reduce(later);
}

/** By the strictest of the shells: bash compares nanoseconds, the others whole seconds. */
function isCurrent(
  fs: FileSystem,
  path: string,
  text: string,
  stamp: Stamp,
  than: { readonly marker: bigint | null; readonly options: bigint },
): boolean {
  const stat = fs.lstat(path);
  if (stat?.type !== "file" || readSmallFile(fs, path, 64 * 1024)?.toString("utf8") !== text) return false;
  if (than.marker !== null && stat.modifiedNs / SECOND_NS <= than.marker / SECOND_NS) return false;
  if (than.options > stat.modifiedNs) return false;
  return stamp.watched
    .filter((line) => line.startsWith("+"))
    .every((line) => (fs.stat(line.slice(1))?.modifiedNs ?? 0n) <= stat.modifiedNs);
}
