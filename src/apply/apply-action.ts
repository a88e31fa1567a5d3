import { isErrno, systemError } from "../errors.ts";
import type { Action, MergePlaces, StateMerging } from "../plan/action.ts";
import { pruneBackups } from "./backups.ts";
import { applyAnswers } from "./answer-onboarding.ts";
import { CREATED, type Done, type Of, UNCHANGED, UPDATED } from "./done.ts";
import { writeDurably } from "./durable-write.ts";
import type { FileSystem, Path } from "./file-system.ts";
import { freeName } from "./free-name.ts";
import { forgetLastKnownGood, keepLastKnownGood, restoreCredential } from "./last-known-good.ts";
import { makeDirectory, makeParents } from "./make-directory.ts";
import { mergeCredential } from "./merge-credential.ts";
import { LockSet } from "./lock/lock-set.ts";
import { describeTally } from "./merge-request.ts";
import { isStateHeld, mergeState } from "./merge-state.ts";
import { commitMerge, mergeTree } from "./merge-tree.ts";
import { parentPath } from "./path.ts";
import { removeTreeInSteps } from "./remove-tree.ts";
import { moveAside, placeLink, replaceDirectory } from "./replace-directory.ts";
import { settle } from "./settle.ts";
import { mergeRequest, type Staged } from "./stage-action.ts";
import { keepFile, removeDirectory, returnDirectory, returnFile } from "./return-home.ts";
import { makeNestedGit, shareLoginFacts, writeFormat } from "./store-files.ts";
import { readSmallFile } from "./transfer.ts";
import { waitFor, type Pace, type Steps, type Workplace } from "./workplace.ts";

/** Bytes: far above any file that is written whole here. */
const WRITTEN_LIMIT = 16 * 1024 * 1024;

/** What an action is done with. */
export interface Tools {
  readonly workplace: Workplace;
  readonly pace: Pace;
  /** The locks of Claude Code's that are ours, or null. */
  locks: LockSet | null;
  /** Merges of which the first half is done. */
  readonly staged: Map<Action, Staged>;
}

const STATE_WORDS = {
  taken: "moved into PLACE",
  filled: "login facts filled in",
  kept: "kept in the backups, PLACE's stays",
} as const;

/** Does one action, step by step. Throws the `ErrnoException` of the call that failed. */
export function* applyAction(action: Action, tools: Tools): Steps<Done> {
  const { fs } = tools.workplace;
  tools.locks?.check();
  switch (action.kind) {
    case "keep":
      return UNCHANGED;
    case "make-directory":
      return madeBySomebody(fs, action.path, () => makeDirectory(action, fs));
    case "set-mode":
      fs.chmod(action.path, action.mode);
      return UPDATED;
    case "write-file":
      return writeFile(action, fs);
    case "write-format":
      return writeFormat(action, fs);
    case "merge": {
      const staged = tools.staged.get(action);
      tools.staged.delete(action);
      const tally =
        staged === undefined
          ? yield* mergeTree(mergeRequest(action, tools))
          : yield* commitMerge(staged.request, staged.tally);
      const changed =
        tally.added + tally.backedUp > 0 ||
        ["taken", "kept"].includes(tally.credential) ||
        ["taken", "filled", "kept"].includes(tally.state);
      const left = tally.skipped.map((path) => path.toString());
      const done: Done = {
        result: changed ? "updated" : "unchanged",
        reason: describeTally(tally, action.places.into),
        ...damageOf(tally.damaged, action.places),
      };
      return action.sourceGoes || left.length === 0 ? done : { ...done, left };
    }
    case "merge-state": {
      const merged = mergeState({ ...action, ...request(action.places, fs) });
      return merged.result === "none" || merged.result === "same"
        ? UNCHANGED
        : {
            result: "updated",
            reason: STATE_WORDS[merged.result].replace("PLACE", action.places.into ?? "the store"),
            ...damageOf(merged.damaged, action.places),
          };
    }
    case "merge-credential": {
      const merged = mergeCredential({
        ...request(action.places, fs),
        incoming: action.path,
        losers: "drop",
      });
      return merged === "taken" ? UPDATED : UNCHANGED;
    }
    case "replace-directory":
      replaceDirectory({ fs, ...action, linkTarget: action.target, locks: tools.locks });
      return CREATED;
    case "link":
      makeParents(fs, parentPath(action.path).toString(), action);
      if (action.merged !== null) mergeAgain(action.path, action.merged, fs);
      placeLink(fs, action);
      return action.replaces ? UPDATED : CREATED;
    case "settle":
      return yield* settle(action, tools);
    case "move-aside":
      moveAside(fs, action.path, freeName(fs, action.to));
      fs.syncDirectory(parentPath(action.path));
      return UPDATED;
    case "discard":
      yield* removeTreeInSteps(fs, action.path);
      return UPDATED;
    case "make-nested-git":
      return madeBySomebody(fs, action.path, () => makeNestedGit(action, fs));
    case "clear-lock":
      return yield* clearLock(action.path, tools);
    case "under-locks":
      throw new TypeError("locks are taken for several actions together");
    case "share-login-facts":
      return shareLoginFacts(action, fs);
    case "keep-last-known-good":
      return keepLastKnownGood(action, fs);
    case "restore-credential":
      return restoreCredential(action, fs);
    case "forget-last-known-good":
      return forgetLastKnownGood(action, fs);
    case "remove-file":
      if (fs.lstat(action.path) === null) return UNCHANGED;
      fs.unlink(action.path);
      fs.syncDirectory(parentPath(action.path));
      return UPDATED;
    case "answer-onboarding":
      return applyAnswers(action, fs);
    case "return-directory":
      return returnDirectory(action, fs);
    case "return-file":
      return returnFile(action, fs);
    case "keep-file":
      return keepFile(action, fs);
    case "remove-directory":
      return removeDirectory(action, fs);
    case "prune-backups":
      return (yield* pruneBackups(fs, action.path)).length > 0 ? UPDATED : UNCHANGED;
  }
}

function writeFile(action: Of<"write-file">, fs: FileSystem): Done {
  const { path, was, encoding } = action;
  const existed = fs.lstat(path) !== null;
  const isStillSo = (): boolean =>
    was === undefined || (readSmallFile(fs, path, WRITTEN_LIMIT)?.toString(encoding) ?? null) === was;
  const bytes = Buffer.from(action.content, encoding);
  const isWritten = writeDurably(fs, { ...action, bytes, directory: parentPath(path), isStillSo });
  if (!isWritten) throw systemError("ESTALE", "it was changed meanwhile", path);
  return existed ? UPDATED : CREATED;
}

function damageOf(paths: readonly Path[], { backups }: MergePlaces): Pick<Done, "damaged" | "keptIn"> {
  return paths.length === 0 ? {} : { damaged: paths.map((path) => path.toString()), keptIn: backups };
}

function request(places: MergePlaces, fs: FileSystem) {
  return { fs, ...places, temporary: `${places.staging}-file` };
}

/** Long enough to see that nobody touches it. */
const WATCHED_MS = 9_000;

function* clearLock(path: string, { pace }: Tools): Steps<Done> {
  const taken = yield* waitFor(pace.take([path], WATCHED_MS));
  if (!(taken instanceof LockSet)) return UNCHANGED;
  taken.release();
  return UPDATED;
}

/** Another start may make the same directory at the same moment: what counts is that it is there. */
function madeBySomebody(fs: FileSystem, path: string, make: () => Done): Done {
  try {
    return make();
  } catch (error) {
    if (isErrno(error, "EEXIST") && fs.lstat(path)?.type === "directory") return make();
    throw error;
  }
}

/** What was written to a state file since it was merged must not go with it. */
function mergeAgain(path: string, merging: StateMerging, fs: FileSystem): void {
  const again = { ...merging, ...request(merging.places, fs), incoming: path };
  while (fs.lstat(path)?.type === "file" && !isStateHeld(again)) mergeState(again);
}
