import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { errnoCode } from "../errors.ts";

/** Bytes: what Linux lets a process start with is less. */
const ENVIRON_LIMIT = 8 * 1024 * 1024;
/** Ancestors that are looked at: a terminal in an editor has some ten. */
const DEPTH = 64;

/**
 * The environment that the container itself gives: that of its first process or, where that is another user's, of the
 * outermost ancestor of this one, which the engine started as well. What a shell exported since is not in it.
 * @returns null where neither can be read
 */
export function readGivenEnvironment(fs: FileSystem): ReadonlyMap<string, string> | null {
  return readEnvironment(fs, "1") ?? readEnvironment(fs, outermostAncestor(fs));
}

function readEnvironment(fs: FileSystem, pid: string): ReadonlyMap<string, string> | null {
  const text = readText(fs, `/proc/${pid}/environ`);
  if (text === null) return null;
  const entries = text.split("\0").flatMap((entry): [string, string][] => {
    const at = entry.indexOf("=");
    return at < 1 ? [] : [[entry.slice(0, at), entry.slice(at + 1)]];
  });
  return new Map(entries);
}

/** Its parent lies outside of the container's process namespace, and has the number 0 there. */
function outermostAncestor(fs: FileSystem): string {
  let pid = "self";
  for (let depth = 0; depth < DEPTH; depth++) {
    // The name in parentheses may hold anything.
    const parent = readText(fs, `/proc/${pid}/stat`)?.replace(/^.*\)/s, "").split(" ")[2];
    if (parent === undefined || parent === "0") return pid;
    pid = parent;
  }
  return pid;
}

function readText(fs: FileSystem, path: string): string | null {
  try {
    return readSmallFile(fs, path, ENVIRON_LIMIT)?.toString("utf8") ?? null;
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return null;
  }
}
