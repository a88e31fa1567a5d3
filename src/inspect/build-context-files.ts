import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { errnoCode } from "../errors.ts";

export type TextFile =
  { readonly state: "absent" | "unreadable" } | { readonly state: "text"; readonly text: string };

const LIMIT = 256 * 1024;

/** A file's text, symlinks followed; what cannot be read, is no regular file or is too large is `unreadable`. */
export function readText(fs: FileSystem, path: string): TextFile {
  try {
    const real = fs.realpath(path);
    const bytes = real === null ? null : readSmallFile(fs, real, LIMIT);
    return bytes === null ? { state: "absent" } : { state: "text", text: bytes.toString("utf8") };
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return { state: "unreadable" };
  }
}

export function realpathOf(fs: FileSystem, path: string): string | null {
  return orNull(() => fs.realpath(path));
}

/** What the file system refuses to say is not known. */
export function orNull<T>(ask: () => T | null): T | null {
  try {
    return ask();
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return null;
  }
}
