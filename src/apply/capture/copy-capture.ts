import type { CapturedEntryGuard, ClaimedEntry } from "../../plan/captured-entry-guard.ts";
import { OF_LOGIN } from "../../plan/captured-name.ts";
import type { FileSystem } from "../file-system.ts";
import { below, joinPath } from "../path.ts";
import type { CapturedEntry } from "./captured-entry.ts";

/** The entries of a captured directory, judged as those of an archive are. @throws HostileEntry */
export function* entriesOf(
  fs: FileSystem,
  directory: string,
  guard: CapturedEntryGuard,
): Generator<CapturedEntry> {
  yield* entriesBelow(fs, directory, Buffer.alloc(0), guard);
  guard.finish();
}

function* entriesBelow(
  fs: FileSystem,
  directory: string,
  relative: Buffer,
  guard: CapturedEntryGuard,
): Generator<CapturedEntry> {
  const isTop = relative.length === 0;
  for (const name of fs.list(isTop ? directory : below(directory, relative))) {
    // Kubernetes keeps what its symlinks lead to in `..data` and the like.
    if (isTop && name.toString("latin1").startsWith("..")) continue;
    const path = joinPath(relative, name);
    const source = sourceOf(fs, directory, below(directory, path), isTop);
    const stat = fs.lstat(source);
    if (stat === null) continue;
    const leads = stat.type === "symlink" ? fs.readlink(source) : Buffer.alloc(0);
    const claimed: ClaimedEntry = {
      ...{ name: textOf(path), type: stat.type, leads: textOf(leads) },
      size: stat.type === "file" ? stat.size : 0,
    };
    const judged = guard.judge(claimed);
    if (judged === null) continue;
    const mode = judged.kind === "directory" || (stat.mode & 0o111) !== 0 ? 0o700 : 0o600;
    const common = { path, mode, modifiedNs: stat.modifiedNs };
    if (judged.kind === "directory") {
      yield { ...common, kind: "directory" };
      yield* entriesBelow(fs, directory, path, guard);
    } else if (judged.kind === "symlink") {
      yield { ...common, kind: "symlink", text: leads };
    } else {
      yield { ...common, kind: "file", source };
    }
  }
}

/** Bytes that are no UTF-8 one by one: what counts are the slashes and dots. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? text : bytes.toString("latin1");
}

/** A mounted secret shows its files as symlinks into a directory of its own. */
function sourceOf(fs: FileSystem, directory: string, path: Buffer, isTop: boolean): Buffer {
  if (!isTop || ![...OF_LOGIN].some((name) => path.toString("latin1").endsWith(`/${name}`))) return path;
  const real = fs.lstat(path)?.type === "symlink" ? fs.realpath(path.toString()) : null;
  const inside = `${fs.realpath(directory) ?? directory}/`;
  return real?.startsWith(inside) === true && fs.lstat(real)?.type === "file" ? Buffer.from(real) : path;
}
