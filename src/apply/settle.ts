import { systemError } from "../errors.ts";
import { type Done, type Of, UNCHANGED, UPDATED } from "./done.ts";
import type { Tools } from "./apply-action.ts";
import type { FileSystem } from "./file-system.ts";
import { freeName, namesakes } from "./free-name.ts";
import { LockSet } from "./lock/lock-set.ts";
import { commitMerge, dropStaging, stageMerge } from "./merge-tree.ts";
import type { MergeRequest } from "./merge-request.ts";
import { joinPath } from "./path.ts";
import { moveAside } from "./replace-directory.ts";
import { sameIn } from "./same-in.ts";
import { settleTree } from "./settle-tree.ts";
import { waitFor, type Steps } from "./workplace.ts";

/** Empties a directory that was merged, and what a client made in its place while it was renamed. */
export function* settle(action: Of<"settle">, tools: Tools): Steps<Done> {
  const { fs } = tools.workplace;
  const paths = action.newcomers ? namesakes(fs, action.path) : [action.path];
  let together: Done = UNCHANGED;
  for (const path of paths.filter((each) => fs.lstat(each) !== null)) {
    const done = yield* settleOne({ ...action, path }, tools);
    if (done.result === "failed") return done;
    const left = [...(together.left ?? []), ...(done.left ?? [])];
    together = { ...together, ...done, ...(left.length === 0 ? {} : { left }) };
  }
  return together;
}

/**
 * Empties a directory that was merged. What appeared in it since (a client that still wrote to it) is merged
 * once more; what can never be in the store ends beside the configuration directory, under a name that says so.
 */
function* settleOne(action: Of<"settle">, tools: Tools): Steps<Done> {
  const { fs } = tools.workplace;
  const { progress } = tools.pace;
  const { path: source, places, keepDirectory, alsoHeldIn, leave } = action;
  // Compared with itself all of it would be held.
  if (fs.realpath(source) === fs.realpath(places.target))
    throw systemError("ESTALE", `'${source}' is what '${places.target}' leads to`, source);
  const empty = {
    fs,
    progress,
    source,
    target: places.target,
    backups: places.backups,
    keepDirectory,
    alsoHeldIn,
    leave,
  };
  let left = yield* settleTree(empty);
  if (left.length > 0) {
    const held = yield* mergeLate(action, tools);
    if (held !== null) return held;
    left = yield* settleTree(empty);
  }
  if (left.length === 0) return UPDATED;
  const leftAt = moveRest(action, fs);
  return { result: "updated", left: left.map((path) => path.toString()), leftAt };
}

/** @returns what is to be said where the locks are not to be had: then it stays for the next start. */
function* mergeLate(action: Of<"settle">, { workplace, pace }: Tools): Steps<Done | null> {
  const { fs, wait } = workplace;
  const { path: source, places, alsoHeldIn, leave } = action;
  const isHeldThere = alsoHeldIn === null ? () => false : sameIn(fs, source, alsoHeldIn);
  const request: MergeRequest = {
    ...{ fs, source, ...places, sourceGoes: true, losers: "keep" },
    // What a client wrote since the first merge is its newest word.
    prefer: "newer",
    progress: pace.progress,
    staging: `${places.staging}-again`,
    backupName: `${places.backupName}-again`,
    leaveOut: (relative) => leave.includes(relative) || isHeldThere(relative),
  };
  const tally = yield* stageMerge(request);
  try {
    const taken = yield* waitFor(pace.take(action.locks));
    if (!(taken instanceof LockSet))
      return { result: "failed", reason: "its lock is held", heldBy: taken, waited: wait };
    try {
      pace.locks = taken;
      yield* commitMerge(request, tally);
    } finally {
      pace.locks = null;
      taken.release();
    }
    return null;
  } finally {
    dropStaging(request);
  }
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
