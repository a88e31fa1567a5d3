import { type Done, type Of, UNCHANGED, UPDATED } from "./done.ts";
import type { FileSystem } from "./file-system.ts";
import { mergeTree } from "./merge-tree.ts";
import { joinPath } from "./path.ts";
import { moveAside } from "./replace-directory.ts";
import { sameIn } from "./same-in.ts";
import { settleTree } from "./settle-tree.ts";

/**
 * Empties a directory that was merged. What appeared in it since (a client that still wrote to it) is merged
 * once more; what can never be in the store ends beside the configuration directory, under a name that says so.
 */
export function* settle(action: Of<"settle">, fs: FileSystem): Generator<void, Done> {
  const { path: source, places, keepDirectory, alsoHeldIn, leave } = action;
  if (fs.lstat(source) === null) return UNCHANGED;
  const empty = {
    fs,
    source,
    target: places.target,
    backups: places.backups,
    keepDirectory,
    alsoHeldIn,
    leave,
  };
  const isHeldThere = alsoHeldIn === null ? () => false : sameIn(fs, source, alsoHeldIn);
  let left = yield* settleTree(empty);
  if (left.length > 0) {
    const again = { ...places, staging: `${places.staging}-again`, backupName: `${places.backupName}-again` };
    yield* mergeTree({
      fs,
      ...again,
      source,
      sourceGoes: true,
      losers: "keep",
      leaveOut: (relative) => leave.includes(relative) || isHeldThere(relative),
    });
    left = yield* settleTree(empty);
  }
  if (left.length === 0) return UPDATED;
  const leftAt = moveRest(action, fs);
  return { result: "updated", left: left.map((path) => path.toString()), leftAt };
}

/** `name`, or it with a number behind that nothing has. */
export function freeName(fs: FileSystem, name: string): string {
  let free = name;
  for (let copy = 2; fs.lstat(free) !== null; copy += 1) free = `${name}-${copy.toString()}`;
  return free;
}

function moveRest(action: Of<"settle">, fs: FileSystem): string {
  const to = freeName(fs, action.aside);
  if (!action.keepDirectory) {
    moveAside(fs, action.path, to);
    return to;
  }
  fs.mkdir(to, 0o700);
  for (const name of fs.list(action.path).filter((entry) => !action.leave.includes(entry.toString())))
    moveAside(fs, joinPath(action.path, name), joinPath(to, name));
  return to;
}
