import type { FileSystem } from "../apply/file-system.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import { askGitIgnored, askGitTracked } from "./git.ts";
import { workTreeAround } from "./work-tree.ts";

/**
 * Whether git would take along a credential in a directory, which need not be there.
 * @param directory its path, with symlinks resolved
 * @returns the folder that holds `.git`; null outside of a work tree, and where git is known to ignore it.
 */
export function findTrackingTree(fs: FileSystem, directory: string): string | null {
  // What a conflict leaves is a login as well.
  for (const path of [CREDENTIAL_NAME, `backups/any/${CREDENTIAL_NAME}`]) {
    const place = workTreeAround(fs, `${directory}/${path}`);
    if (place === null) return null;
    const { top, folder, name } = place;
    const isIgnored = askGitIgnored(folder, top, name) === true;
    if (!isIgnored || askGitTracked(folder, top, name) !== "not-tracked") return top;
  }
  return null;
}
