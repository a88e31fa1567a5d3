import type { Owner, Stat } from "../../apply/file-system.ts";
import type { Action } from "../action.ts";

/** A file that holds a secret, as `lstat` sees it. */
export interface SecretFile {
  readonly path: string;
  readonly stat: Pick<Stat, "type" | "mode" | "uid"> | null;
}

/** Closes files of secrets that others may read: the user's own alone, and what a symlink leads to never. */
export function planPrivateModes(files: readonly SecretFile[], user: Owner): Action[] {
  return files.flatMap(({ path, stat }): Action[] => {
    const isOpen = stat?.type === "file" && (stat.mode & 0o077) !== 0;
    if (!isOpen || stat.uid !== user.uid) return [];
    return [{ part: "extras", kind: "set-mode", path, mode: 0o600, reason: "nobody else may read it" }];
  });
}
