import { systemError } from "../errors.ts";
import { Anchors, type Use } from "./anchors.ts";
import type { FileSystem, Path } from "./file-system.ts";
import { pathText } from "./path.ts";

/**
 * A file system for places that somebody else may rearrange at any instant. What lies below a held directory is
 * reached through its descriptor, so that no swap of a name on the way, for a symlink say, leads a call elsewhere.
 * Paths are given, and stand in errors, as without it.
 */
export interface AnchoredFileSystem extends FileSystem {
  /**
   * Opens a directory, and each one between it and the nearest that is held, none through a symlink, and stays with
   * them. Where there is none, nothing is found below the path until `mkdir` has made it: then that one is held.
   * What is made right in a held directory is held too, but for locks.
   * @returns false where no directory is there.
   */
  hold(path: string): boolean;
  /**
   * Holds what a path leads to, through whatever symlinks.
   * @returns its real path, the same at each call; null where there is no directory, or another one by now.
   */
  holdReal(path: string): string | null;
  /** False where the path of a held directory, or of what lies in it, leads to another one by now. True for all others. */
  isStillThere(path: string): boolean;
  /** The path that leads a child process to a held directory, as its working directory. */
  workingDirectory(path: string): string;
  /** Lets go of everything that is held. */
  release(): void;
}

/** Wraps a file system. Until something is held, and where there is no `/proc`, all calls go through as they are. */
export function anchored(fs: FileSystem): AnchoredFileSystem {
  const anchors = new Anchors(fs);

  function nothingThere(path: Path): Error {
    return systemError("ENOENT", `no such file or directory, '${pathText(path)}'`, pathText(path));
  }

  function at<T>(path: Path, use: Use, call: (located: Path) => T): T {
    const located = anchors.locate(path, use);
    if (located === path) return call(path);
    if (located === null) throw nothingThere(path);
    try {
      return call(located);
    } catch (error) {
      throw named(error, [[located, path]]);
    }
  }

  function between<T>(from: Path, to: Path, call: (from: Path, to: Path) => T): T {
    const [locatedFrom, locatedTo] = [anchors.locate(from, "name"), anchors.locate(to, "name")];
    if (locatedFrom === null) throw nothingThere(from);
    if (locatedTo === null) throw nothingThere(to);
    try {
      return call(locatedFrom, locatedTo);
    } catch (error) {
      throw named(error, [
        [locatedFrom, from],
        [locatedTo, to],
      ]);
    }
  }

  /** For calls that answer for what is not there. */
  function ifThere<T>(path: Path, nothing: T, call: (located: Path) => T): T {
    return anchors.isClosed(path) ? nothing : at(path, "followed", call);
  }

  return {
    ...fs,
    hold: (path) => anchors.hold(path),
    holdReal: (path) => anchors.holdReal(path),
    isStillThere: (path) => anchors.isStillThere(path),
    workingDirectory: (path) => at(path, "followed", pathText),
    release: () => {
      anchors.release();
    },
    lstat: (path) => {
      const descriptor = anchors.descriptorOf(path);
      return descriptor === null ? ifThere(path, null, (located) => fs.lstat(located)) : fs.fstat(descriptor);
    },
    stat: (path) => ifThere(path, null, (located) => fs.stat(located)),
    realpath: (path) => ifThere(path, null, (located) => fs.realpath(pathText(located))),
    readlink: (path) => at(path, "entry", (located) => fs.readlink(located)),
    list: (path) => at(path, "followed", (located) => fs.list(located)),
    openForReading: (path) => at(path, "entry", (located) => fs.openForReading(located)),
    openNew: (path, mode) => at(path, "name", (located) => fs.openNew(located, mode)),
    mkdir: (path, mode) => {
      at(path, "name", (located) => {
        fs.mkdir(located, mode);
      });
      anchors.made(path);
    },
    rename: (from, to) => {
      between(from, to, (a, b) => {
        fs.rename(a, b);
      });
      anchors.renamed(from, to);
    },
    link: (existing, path) => {
      between(existing, path, (a, b) => {
        fs.link(a, b);
      });
    },
    symlink: (text, path) => {
      at(path, "name", (located) => {
        fs.symlink(text, located);
      });
    },
    unlink: (path) => {
      at(path, "name", (located) => {
        fs.unlink(located);
      });
    },
    rmdir: (path) => {
      at(path, "name", (located) => {
        fs.rmdir(located);
      });
      anchors.drop(path);
    },
    chmod: (path, mode) => {
      at(path, "followed", (located) => {
        fs.chmod(located, mode);
      });
    },
    lchown: (path, owner) => {
      at(path, "entry", (located) => {
        fs.lchown(located, owner);
      });
    },
    lutimes: (path, accessedNs, modifiedNs) => {
      at(path, "entry", (located) => {
        fs.lutimes(located, accessedNs, modifiedNs);
      });
    },
    canWrite: (path) => ifThere(path, false, (located) => fs.canWrite(located)),
    accessOf: (path) => at(path, "followed", (located) => fs.accessOf(located)),
    freeSpace: (path) => at(path, "followed", (located) => fs.freeSpace(located)),
    openDirectory: (path) => at(path, "entry", (located) => fs.openDirectory(located)),
    syncDirectory: (path) => {
      at(path, "followed", (located) => {
        fs.syncDirectory(located);
      });
    },
    syncFileSystem: (path) => {
      at(path, "followed", (located) => {
        fs.syncFileSystem(located);
      });
    },
  };
}

/** The error with the paths that the caller gave: `/proc/self/fd/20/x` says nothing to anybody. */
function named(error: unknown, names: readonly (readonly [located: Path, given: Path])[]): unknown {
  if (!(error instanceof Error)) return error;
  for (const [located, given] of names) {
    const [from, to] = [pathText(located), pathText(given)];
    error.message = error.message.replaceAll(from, () => to);
    for (const name of ["path", "dest"] as const) {
      const value: unknown = Reflect.get(error, name);
      if ((typeof value === "string" || Buffer.isBuffer(value)) && value.toString() === from)
        Reflect.set(error, name, to);
    }
  }
  return error;
}
