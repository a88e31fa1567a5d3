import type { FreeSpace } from "../apply/file-system.ts";

/** What a merge takes of the store's file system. */
export interface Room {
  readonly bytes: number;
  /** Inodes. */
  readonly files: number;
}

/** @returns what is missing, in words, or null where there is room. What a file system does not tell is taken for enough. */
export function checkRoom(needed: Room, free: FreeSpace): string | null {
  if (free.bytes !== null && needed.bytes > free.bytes)
    return `${describeBytes(needed.bytes)} are needed and ${describeBytes(free.bytes)} are free`;
  if (free.files !== null && needed.files > free.files)
    return `${needed.files.toString()} inodes are needed and ${free.files.toString()} are free`;
  return null;
}

/** `1.5 GB (1500000000 bytes)` */
function describeBytes(bytes: number): string {
  const exact = `${bytes.toString()} bytes`;
  for (const [unit, size] of [
    ["GB", 1e9],
    ["MB", 1e6],
    ["kB", 1e3],
  ] as const)
    if (bytes >= size) return `${(bytes / size).toFixed(1)} ${unit} (${exact})`;
  return exact;
}
