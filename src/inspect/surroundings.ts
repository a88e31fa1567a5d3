import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { looksLikeContainer, parseMountInfo, type Mount } from "./mounts.ts";

/** What container engines leave in each container they make. */
export const CONTAINER_MARKERS = ["/.dockerenv", "/run/.containerenv"] as const;

/** Where this process finds itself. */
export interface Surroundings {
  readonly mounts: readonly Mount[];
  readonly inContainer: boolean;
}

export function readSurroundings(fs: FileSystem): Surroundings {
  const mounts = readMounts(fs);
  const hasMarker = CONTAINER_MARKERS.some((path) => fs.lstat(path) !== null);
  return { mounts, inContainer: looksLikeContainer(mounts, hasMarker) };
}

/** When this container was made, by its newest marker (nanoseconds since the epoch); null where there is none. */
export function newestMarker(fs: FileSystem): bigint | null {
  const times = CONTAINER_MARKERS.flatMap((path) => fs.lstat(path)?.modifiedNs ?? []);
  return times.length === 0 ? null : times.reduce((one, other) => (one > other ? one : other));
}

/** The mounts of this mount namespace; none where `/proc` is not to be had. */
export function readMounts(fs: FileSystem): Mount[] {
  const bytes = readSmallFile(fs, "/proc/self/mountinfo", 64 * 1024 * 1024);
  return bytes === null ? [] : parseMountInfo(bytes.toString("utf8"));
}
