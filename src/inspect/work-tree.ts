import { dirname } from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { findRepository } from "./repository.ts";

/** Where a path lies in a repository's work tree. */
export interface WorkTreePlace {
  /** The folder that holds `.git`. */
  readonly top: string;
  /** The nearest folder above the path that is there, and the path from it. */
  readonly folder: string;
  readonly name: string;
}

/** The work tree that an absolute path lies in; null outside of one, and in a git directory. */
export function workTreeAround(fs: FileSystem, root: string): WorkTreePlace | null {
  let folder = dirname(root);
  while (fs.stat(folder)?.type !== "directory") folder = dirname(folder);
  const real = fs.realpath(folder);
  const top = real === null ? null : (findRepository(fs, real)?.top ?? null);
  if (real === null || top === null) return null;
  const isInGit = `${real}/`.startsWith(`${top === "/" ? "" : top}/.git/`);
  return isInGit ? null : { top, folder: real, name: root.slice(folder === "/" ? 1 : folder.length + 1) };
}
