import { dirname } from "node:path";
import type { AnchoredFileSystem } from "../apply/anchored-file-system.ts";
import type { FileSystem, Stat } from "../apply/file-system.ts";
import { isErrno } from "../errors.ts";

/** The repository that a workspace folder lies in. */
export interface Repository {
  /** The folder that holds `.git`. */
  readonly top: string;
  /** `.git` as a real directory on the workspace's file system that may hold a store; null for a worktree, a submodule, a link. */
  readonly gitDirectory: string | null;
}

/**
 * Looks for `.git` in the workspace folder and upwards, as git does: a directory without a `HEAD` is none.
 * @param workspace its real path
 * @returns null where there is no repository.
 */
export function findRepository(fs: FileSystem, workspace: string): Repository | null {
  const device = fs.lstat(workspace)?.device;
  for (let top = workspace; ; top = dirname(top)) {
    const path = top === "/" ? "/.git" : `${top}/.git`;
    const stat = lstatIfAllowed(fs, path);
    if (stat?.type === "directory") {
      const head = lookAtHead(fs, path);
      if (head !== "absent")
        return { top, gitDirectory: head === "there" && stat.device === device ? path : null };
    } else if (stat !== null) {
      return { top, gitDirectory: null };
    }
    if (top === "/") return null;
  }
}

/** Stays with a repository's directories; one that is swapped meanwhile may hold no store. */
export function holdRepository(fs: AnchoredFileSystem, repository: Repository | null): Repository | null {
  if (repository === null || repository.gitDirectory === null) return repository;
  const isHeld = fs.holdReal(repository.top) === repository.top && fs.hold(repository.gitDirectory);
  return isHeld ? repository : { ...repository, gitDirectory: null };
}

/** A folder that may not be entered shows nothing. */
function lstatIfAllowed(fs: FileSystem, path: string): Stat | null {
  try {
    return fs.lstat(path);
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM")) return null;
    throw error;
  }
}

/** A git directory that may not be entered is one all the same, and no place for a store. */
function lookAtHead(fs: FileSystem, path: string): "there" | "absent" | "refused" {
  try {
    return fs.lstat(`${path}/HEAD`) === null ? "absent" : "there";
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM")) return "refused";
    throw error;
  }
}
