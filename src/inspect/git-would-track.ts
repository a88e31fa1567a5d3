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
  const place = workTreeAround(fs, `${directory}/${CREDENTIAL_NAME}`);
  if (place === null) return null;
  const { top, folder, name } = place;
  const isIgnored = askGitIgnored(folder, top, name) === true;
  return isIgnored && askGitTracked(folder, top, name) !== "tracked" ? null : top;
}
