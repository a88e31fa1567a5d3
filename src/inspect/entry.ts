import { basename, dirname, join, resolve } from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { isErrno } from "../errors.ts";
import { isMountPoint, isPersistent, type Mount } from "./mounts.ts";

/** What is at a path of ours in the home. */
export type HomeEntry =
  /** `realPath` is where it would come to lie. */
  | { readonly kind: "absent"; readonly realPath: string; readonly persistent: boolean }
  /** What the path resolves to is itself a mount point. */
  | {
      readonly kind: "mounted";
      readonly realPath: string;
      readonly isDirectory: boolean;
      readonly persistent: boolean;
    }
  | { readonly kind: "directory"; readonly realPath: string; readonly persistent: boolean }
  | { readonly kind: "file" }
  | { readonly kind: "special" }
  /**
   * `realPath` is null where the link dangles or loops; `landsIn` is then the directory in which a file made
   * through the link would come to lie, or null where that is not there either.
   */
  | {
      readonly kind: "symlink";
      readonly text: string;
      readonly realPath: string | null;
      readonly leadsTo: "directory" | "file" | "nothing";
      readonly landsIn: string | null;
      /** Whether the way to what it leads to is closed to this user; then it counts as leading to nothing. */
      readonly outOfReach: boolean;
      /** Whether what it leads to outlives the container. */
      readonly persistent: boolean;
    }
  | { readonly kind: "unreadable"; readonly errnoCode: string };

export function inspectHomeEntry(
  fs: FileSystem,
  path: string,
  mounts: readonly Mount[],
  inContainer: boolean,
): HomeEntry {
  let stat;
  let realPath: string | null;
  try {
    stat = fs.lstat(path);
    if (stat?.type === "symlink" && realPathIfAllowed(fs, path) === undefined) {
      const text = fs.readlink(path).toString();
      return {
        ...{ kind: "symlink", text, realPath: null, leadsTo: "nothing", landsIn: null },
        ...{ outOfReach: true, persistent: false },
      };
    }
    realPath = stat === null ? null : fs.realpath(path);
  } catch (error) {
    for (const errnoCode of ["EACCES", "EPERM", "EIO"])
      if (isErrno(error, errnoCode)) return { kind: "unreadable", errnoCode };
    throw error;
  }
  if (stat === null) {
    const future = futurePath(fs, path);
    return { kind: "absent", realPath: future, persistent: isPersistent(mounts, future, inContainer) };
  }
  // What holds the home as well is no place for a configuration, mount or not.
  if (realPath !== null && isMountPoint(mounts, realPath) && !holdsPath(realPath, path)) {
    const isDirectory = fs.lstat(realPath)?.type === "directory";
    return {
      kind: "mounted",
      realPath,
      isDirectory,
      persistent: isPersistent(mounts, realPath, inContainer),
    };
  }
  switch (stat.type) {
    case "directory": {
      const real = realPath ?? path;
      return { kind: "directory", realPath: real, persistent: isPersistent(mounts, real, inContainer) };
    }
    case "file":
      return { kind: "file" };
    case "symlink": {
      const target = realPath === null ? null : fs.lstat(realPath);
      const leadsTo = target === null ? "nothing" : target.type === "directory" ? "directory" : "file";
      const text = fs.readlink(path).toString();
      const landsIn = realPathIfAllowed(fs, dirname(resolve(dirname(path), text))) ?? null;
      const persistent = realPath !== null && isPersistent(mounts, realPath, inContainer);
      return { kind: "symlink", text, realPath, leadsTo, landsIn, outOfReach: false, persistent };
    }
    case "fifo":
    case "socket":
    case "device":
      return { kind: "special" };
  }
}

/** The real path, null where that ends at nothing, undefined where the way is closed to this user. */
export function realPathIfAllowed(fs: FileSystem, path: string): string | null | undefined {
  try {
    return fs.realpath(path);
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM")) return undefined;
    throw error;
  }
}

function holdsPath(directory: string, path: string): boolean {
  return directory === "/" || path.startsWith(`${directory}/`);
}

/** The real path that something made at `path` would have: the nearest directory that is there decides. */
function futurePath(fs: FileSystem, path: string): string {
  const parent = dirname(path);
  const real = parent === path ? path : (fs.realpath(parent) ?? futurePath(fs, parent));
  return join(real, basename(path));
}
