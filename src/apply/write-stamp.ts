import { newestMarker } from "../inspect/surroundings.ts";
import { renderStamp, type Stamp } from "../inspect/stamp.ts";
import type { FileSystem } from "./file-system.ts";
import { readSmallFile } from "./transfer.ts";
import { makeCache, timeOfLook, writeTimed } from "./write-timed.ts";

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

  makeCache(fs, path.slice(0, path.lastIndexOf("/")));
  const [time, earliest] = [timeOfLook(moment.now, marker), options + 2_000n];
  writeTimed(fs, { path, text, time: time > earliest ? time : earliest });
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
