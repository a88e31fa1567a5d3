import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { isErrno } from "../errors.ts";

/** The first line of a stamp, with the number of its format. */
export const STAMP_TITLE = "claude-credentials stamp 1";

/** What the last full `start` left: the launcher compares it with the present by shell builtins alone. */
export interface Stamp {
  readonly version: string;
  readonly hostname: string;
  readonly workspace: string;
  readonly devcontainerId: string;
  readonly configDirectory: string;
  readonly storeRoot: string;
  readonly configLink: string;
  readonly configTarget: string;
  readonly stateLink: string;
  readonly stateTarget: string;
  /** `+PATH`: must exist and not be newer than the stamp; `-PATH`: must not exist. */
  readonly watched: readonly string[];
}

const FIELDS = [
  "version",
  "hostname",
  "workspace",
  "devcontainerId",
  "configDirectory",
  "storeRoot",
  "configLink",
  "configTarget",
  "stateLink",
  "stateTarget",
] as const;

/** The stamp's text, or null where a value holds a line break: then there is no fast path. */
export function renderStamp(stamp: Stamp): string | null {
  const lines = [STAMP_TITLE, ...FIELDS.map((field) => stamp[field]), ...stamp.watched];
  return lines.some((line) => /[\n\r\0]/.test(line)) ? null : `${lines.join("\n")}\n`;
}

/** The stamp of a home, or null where there is none that is whole and may be read. */
export function readStamp(fs: FileSystem, path: string): Stamp | null {
  const lines = readLines(fs, path);
  if (lines[0] !== STAMP_TITLE || lines.length < FIELDS.length + 2) return null;
  const values = Object.fromEntries(FIELDS.map((field, index) => [field, lines[index + 1] ?? ""])) as Record<
    (typeof FIELDS)[number],
    string
  >;
  return { ...values, watched: lines.slice(FIELDS.length + 1, -1) };
}

function readLines(fs: FileSystem, path: string): string[] {
  try {
    const bytes = fs.lstat(path)?.type === "file" ? readSmallFile(fs, path, 64 * 1024) : null;
    return bytes?.toString("utf8").split("\n") ?? [];
  } catch (error) {
    if (isErrno(error, "EFBIG", "EACCES")) return [];
    throw error;
  }
}

/** The first line of `/etc/hostname`, as the launcher reads it. */
export function readHostname(fs: FileSystem): string {
  const bytes = fs.stat("/etc/hostname")?.type === "file" ? readSmallFile(fs, "/etc/hostname", 4096) : null;
  return bytes?.toString("utf8").split("\n")[0] ?? "";
}
