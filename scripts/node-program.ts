import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** The architectures that a Node.js is pinned for, as Node.js names them, and what ELF calls them. */
export const ARCHITECTURES = { x64: 62, arm64: 183 } as const;
export type Architecture = keyof typeof ARCHITECTURES;

/** What a file says of itself that is a program of Node.js for Linux. */
export interface NodeProgram {
  readonly path: string;
  /** `24.21.0` */
  readonly version: string;
  readonly architecture: Architecture;
  readonly sha256: string;
}

/**
 * Looks at the file at `path` without running it, since it may be for another machine: every Node.js holds the address of
 * its own sources. Returns undefined for what is none, or for another architecture.
 */
export async function readNodeProgram(path: string): Promise<NodeProgram | undefined> {
  const bytes = await readFile(path);
  if (bytes.length < 64 || bytes.toString("latin1", 0, 4) !== "\u007fELF") return undefined;
  const machine = bytes.readUInt16LE(18);
  const architecture = (["x64", "arm64"] as const).find((name) => ARCHITECTURES[name] === machine);
  const version = /\/node-v(\d+\.\d+\.\d+)\.tar\.gz/.exec(bytes.toString("latin1"))?.[1];
  if (architecture === undefined || version === undefined) return undefined;
  return { path, version, architecture, sha256: createHash("sha256").update(bytes).digest("hex") };
}
