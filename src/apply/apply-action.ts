import type { Action, MergePlaces } from "../plan/action.ts";
import { pruneBackups } from "./backups.ts";
import { CREATED, type Done, type Of, UNCHANGED, UPDATED } from "./done.ts";
import { writeDurably } from "./durable-write.ts";
import type { FileSystem, Path } from "./file-system.ts";
import { makeDirectory, makeParents } from "./make-directory.ts";
import { mergeCredential } from "./merge-credential.ts";
import { describeTally, type MergeRequest } from "./merge-request.ts";
import { mergeState } from "./merge-state.ts";
import { mergeTree } from "./merge-tree.ts";
import { parentPath } from "./path.ts";
import { removeTree } from "./remove-tree.ts";
import { moveAside, placeLink, replaceDirectory } from "./replace-directory.ts";
import { sameIn } from "./same-in.ts";
import { freeName, settle } from "./settle.ts";
import { makeNestedGit, shareLoginFacts, writeFormat } from "./store-files.ts";

const STATE_WORDS = {
  taken: "moved into the store",
  filled: "login facts filled in",
  kept: "kept in the backups, the store's stays",
} as const;

/** Does one action, step by step. Throws the `ErrnoException` of the call that failed. */
export function* applyAction(action: Action, fs: FileSystem): Generator<void, Done> {
  switch (action.kind) {
    case "keep":
      return UNCHANGED;
    case "make-directory":
      return makeDirectory(action, fs);
    case "set-mode":
      fs.chmod(action.path, action.mode);
      return UPDATED;
    case "write-file": {
      const existed = fs.lstat(action.path) !== null;
      const bytes = Buffer.from(action.content, action.encoding);
      writeDurably(fs, { ...action, bytes, directory: parentPath(action.path) });
      return existed ? UPDATED : CREATED;
    }
    case "write-format":
      return writeFormat(action, fs);
    case "merge": {
      const tally = yield* mergeTree(mergeRequest(action, fs));
      const changed =
        tally.added + tally.backedUp > 0 ||
        ["taken", "kept"].includes(tally.credential) ||
        ["taken", "filled", "kept"].includes(tally.state);
      const left = tally.skipped.map((path) => path.toString());
      const done: Done = {
        result: changed ? "updated" : "unchanged",
        reason: describeTally(tally),
        ...damageOf(tally.damaged, action.places),
      };
      return action.sourceGoes || left.length === 0 ? done : { ...done, left };
    }
    case "merge-state": {
      const merged = mergeState({
        ...request(action.places, fs),
        incoming: action.incoming,
        live: action.live,
        clientBackups: action.clientBackups,
      });
      return merged.result === "none" || merged.result === "same"
        ? UNCHANGED
        : {
            result: "updated",
            reason: STATE_WORDS[merged.result],
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
      replaceDirectory({ fs, ...action, linkTarget: action.target });
      return CREATED;
    case "link":
      makeParents(fs, parentPath(action.path).toString(), action);
      placeLink(fs, action);
      return action.replaces ? UPDATED : CREATED;
    case "settle":
      return yield* settle(action, fs);
    case "move-aside":
      moveAside(fs, action.path, freeName(fs, action.to));
      fs.syncDirectory(parentPath(action.path));
      return UPDATED;
    case "discard":
      removeTree(fs, action.path);
      return UPDATED;
    case "make-nested-git":
      return makeNestedGit(action, fs);
    case "share-login-facts":
      return shareLoginFacts(action, fs);
    case "prune-backups":
      return pruneBackups(fs, action.path).length > 0 ? UPDATED : UNCHANGED;
  }
}

function damageOf(paths: readonly Path[], { backups }: MergePlaces): Pick<Done, "damaged" | "keptIn"> {
  return paths.length === 0 ? {} : { damaged: paths.map((path) => path.toString()), keptIn: backups };
}

function request(places: MergePlaces, fs: FileSystem) {
  return { fs, ...places, temporary: `${places.staging}-file` };
}

function mergeRequest(action: Of<"merge">, fs: FileSystem): MergeRequest {
  const { places, path: source, sourceGoes, losers, except, leave } = action;
  const isSameThere = except === null ? () => false : sameIn(fs, source, except);
  return {
    fs,
    ...places,
    source,
    sourceGoes,
    losers,
    leaveOut: (relative) => leave.includes(relative) || isSameThere(relative),
  };
}
