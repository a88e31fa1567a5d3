import { isErrno } from "../../errors.ts";
import { isCapturedAsItIs, isRuntime, mayHoldLogin, staysInside } from "../../plan/captured-name.ts";
import type { FileSystem } from "../file-system.ts";
import { below, joinPath } from "../path.ts";
import type { CapturedEntry } from "./captured-entry.ts";

/** What of a configuration directory did not go along, and why. */
export interface LeftOut {
  readonly path: Buffer;
  readonly why: "a login" | "leads outside" | "no file" | "not readable" | "no UTF-8";
}

/**
 * Everything of a configuration directory that is captured as it is, each directory before what is in it. What goes
 * meanwhile is not missed.
 * @param leftOut is told of what cannot go along
 */
export function* listEntries(
  fs: FileSystem,
  directory: string,
  leftOut: (entry: LeftOut) => void,
): Generator<CapturedEntry> {
  yield* listBelow(fs, directory, Buffer.alloc(0), leftOut);
}

function* listBelow(
  fs: FileSystem,
  directory: string,
  relative: Buffer,
  leftOut: (entry: LeftOut) => void,
): Generator<CapturedEntry> {
  for (const name of namesIn(fs, directory, relative, leftOut)) {
    const text = name.toString("latin1");
    if (relative.length === 0 ? !isCapturedAsItIs(text) : isRuntime(text)) continue;
    const path = joinPath(relative, name);
    if (mayHoldLogin(text)) {
      leftOut({ path, why: "a login" });
      continue;
    }
    const source = below(directory, path);
    const stat = fs.lstat(source);
    if (stat === null) continue;
    const { modifiedNs } = stat;
    const mode = stat.type === "directory" || (stat.mode & 0o111) !== 0 ? 0o700 : 0o600;
    if (stat.type === "directory") {
      yield { kind: "directory", path, mode, modifiedNs };
      yield* listBelow(fs, directory, path, leftOut);
    } else if (stat.type === "symlink") {
      const leads = fs.readlink(source);
      if (staysInside(path.toString("latin1"), leads.toString("latin1")))
        yield { kind: "symlink", path, mode, modifiedNs, text: leads };
      else leftOut({ path, why: "leads outside" });
    } else if (stat.type === "file" && fs.accessOf(source) === "none") {
      leftOut({ path, why: "not readable" });
    } else if (stat.type === "file") {
      yield { kind: "file", path, mode, modifiedNs, source };
    } else {
      leftOut({ path, why: "no file" });
    }
  }
}

function namesIn(
  fs: FileSystem,
  directory: string,
  relative: Buffer,
  leftOut: (entry: LeftOut) => void,
): readonly Buffer[] {
  try {
    return fs.list(relative.length === 0 ? directory : below(directory, relative));
  } catch (error) {
    if (isErrno(error, "EACCES")) leftOut({ path: relative, why: "not readable" });
    else if (!isErrno(error, "ENOENT", "ENOTDIR")) throw error;
    return [];
  }
}
