import type { FileSystem, Path } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { errnoCode } from "../errors.ts";
import { parseStateFile, type StateFile } from "../plan/decide-state.ts";

/** Far above any `.claude.json`, which grows with the projects it knows. */
export const STATE_LIMIT = 256 * 1024 * 1024;

/** The bytes of a state file; null where there is none. Throws as `readSmallFile` does. */
export function readStateBytes(fs: FileSystem, path: Path): Buffer | null {
  return readSmallFile(fs, path, STATE_LIMIT);
}

export function parseStateBytes(bytes: Buffer | null): StateFile {
  return parseStateFile(bytes === null ? null : bytes.toString("utf8"));
}

/** A state file as the client would find it; `unreadable` where a system call is refused. */
export function readStateFile(fs: FileSystem, path: Path): StateFile | { readonly state: "unreadable" } {
  try {
    return parseStateBytes(readStateBytes(fs, path));
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return { state: "unreadable" };
  }
}
