import { CREDENTIAL_NAME, STATE_NAME } from "../plan/plan-merge.ts";
import { commitTree } from "./commit-tree.ts";
import { mergeCredential } from "./merge-credential.ts";
import { emptyTally, type MergeRequest, type MergeTally } from "./merge-request.ts";
import { mergeState } from "./merge-state.ts";
import { joinPath } from "./path.ts";
import { removeTree } from "./remove-tree.ts";
import { stageTree } from "./stage-tree.ts";

/**
 * Merges one directory into the store's configuration directory. The source does not change; the target only
 * gains. Order: all is staged and durable, then it is moved to its place, the credential last.
 * Where anything fails the staging directory is removed again and the error is thrown on.
 */
export function* mergeTree(request: MergeRequest): Generator<void, MergeTally> {
  const { fs, source, target, staging, leaveOut, losers } = request;
  const tally = emptyTally();
  const temporary = Buffer.concat([Buffer.from(staging), Buffer.from("-file")]);
  /** A file against a file or nothing; anything else has been staged like any other entry. */
  const meet = (name: string): boolean =>
    !leaveOut(name) &&
    fs.lstat(joinPath(source, name))?.type === "file" &&
    ["file", undefined].includes(fs.lstat(joinPath(target, name))?.type);
  try {
    yield* stageTree(request, tally);
    yield* commitTree(request, tally);
    if (meet(STATE_NAME)) {
      const merged = mergeState({
        ...request,
        incoming: joinPath(source, STATE_NAME),
        live: joinPath(target, STATE_NAME),
        clientBackups: joinPath(target, "backups"),
        temporary,
      });
      tally.state = merged.result;
      tally.damaged = merged.damaged;
    }
    if (meet(CREDENTIAL_NAME)) {
      tally.credential = mergeCredential({
        ...request,
        incoming: joinPath(source, CREDENTIAL_NAME),
        losers,
        temporary,
      });
    }
    return tally;
  } catch (error) {
    try {
      removeTree(fs, staging);
    } catch {
      // The first error is the one to tell of; the leftover keeps a name that the next start recognises.
    }
    throw error;
  }
}
