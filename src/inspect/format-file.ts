import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";

/**
 * A store's `format` file: the number of its format, the inode and birth time of the very directory it was
 * written for (no checkout can carry that), and digests of what has been merged into the store once and for all.
 */
export interface FormatFile {
  /** Null where the first line is no number. */
  readonly version: number | null;
  readonly identity: string;
  readonly merged: readonly string[];
  /** How far the log of what was checked out had come when nothing of it was left in the store; see `deliveries.ts`. */
  readonly lookedAt: string | null;
}

/** Far above any that we write. */
export const FORMAT_LIMIT = 64 * 1024;
const MERGED_KEPT = 32;

export function readFormatFile(fs: FileSystem, path: string): FormatFile | null {
  if (fs.lstat(path)?.type !== "file") return null;
  const bytes = readSmallFile(fs, path, FORMAT_LIMIT);
  return bytes === null ? null : parseFormatFile(bytes.toString("utf8"));
}

export function parseFormatFile(text: string): FormatFile {
  const [version = "", identity = "", ...rest] = text.split("\n");
  return {
    version: /^\d{1,9}$/.test(version) ? Number(version) : null,
    identity,
    merged: rest.flatMap((line) => /^merged ([0-9a-f]{64})$/.exec(line)?.[1] ?? []),
    lookedAt: rest.flatMap((line) => /^looked-at (\d+ [0-9a-f]{64})$/.exec(line)?.[1] ?? [])[0] ?? null,
  };
}

export function renderFormatFile(file: {
  version: number;
  identity: string;
  merged: readonly string[];
  lookedAt: string | null;
}): string {
  const merged = file.merged.slice(-MERGED_KEPT).map((digest) => `merged ${digest}\n`);
  const lookedAt = file.lookedAt === null ? "" : `looked-at ${file.lookedAt}\n`;
  return `${file.version.toString()}\n${file.identity}\n${lookedAt}${merged.join("")}`;
}

/** Inode and birth time (ns) of a directory: the same over rebuilds, another in any copy. */
export function directoryIdentity(fs: FileSystem, path: string): string | null {
  const stat = fs.lstat(path);
  return stat?.type === "directory" ? `${stat.inode.toString()} ${stat.bornNs.toString()}` : null;
}
