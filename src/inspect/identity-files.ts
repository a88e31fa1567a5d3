import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { UserError } from "../errors.ts";

/** Keys that open what is encrypted in age's format: its own, or files of ssh's, which age's program alone reads. */
export type Identities =
  { readonly kind: "keys"; readonly keys: readonly string[] } | { readonly kind: "files" };

const LIMIT = 1024 * 1024;

/** @param paths of identity files, as `age-keygen` writes them. @throws UserError; the `ErrnoException` of a file that cannot be read */
export function readIdentities(fs: FileSystem, paths: readonly string[], command: string): Identities {
  const keys: string[] = [];
  for (const path of paths) {
    const real = fs.realpath(path);
    const text = real === null ? null : (readSmallFile(fs, real, LIMIT)?.toString("utf8") ?? null);
    if (text === null)
      throw new UserError(
        `${command}: there is no file ${path}`,
        "name the file that age-keygen wrote: --identity FILE",
      );
    if (/^-----BEGIN (?:OPENSSH|RSA) PRIVATE KEY-----/.test(text)) return { kind: "files" };
    const found = text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"));
    if (found.length === 0 || found.some((line) => !/^AGE-SECRET-KEY-1[0-9A-Z]+$/.test(line)))
      throw new UserError(
        `${command}: ${path} holds no key of age's`,
        "name the file that age-keygen wrote (AGE-SECRET-KEY-1…), or one of ssh's: --identity FILE",
      );
    keys.push(...found);
  }
  return { kind: "keys", keys };
}
