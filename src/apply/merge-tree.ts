import { CREDENTIAL_NAME, STATE_NAME } from "../plan/plan-merge.ts";
import { commitTree } from "./commit-tree.ts";
import { mergeCredential } from "./merge-credential.ts";
import { emptyTally, type MergeRequest, type MergeTally } from "./merge-request.ts";
import { mergeState } from "./merge-state.ts";
import { joinPath } from "./path.ts";
import { removeTreeQuietly } from "./remove-tree.ts";
import { stageTree } from "./stage-tree.ts";
import { surveyTree } from "./survey-tree.ts";
import type { Steps } from "./workplace.ts";

/**
 * The first half of a merge into the store's configuration directory: all is looked through, then what is to be
 * added is brought to the staging directory and made durable. Neither side changes. Where anything fails the staging
 * directory is removed again and the error is thrown on.
 * @throws MoveRefusal as `surveyTree` does
 */
export function* stageMerge(request: MergeRequest): Steps<MergeTally> {
  const tally = emptyTally();
  try {
    yield* surveyTree(request);
    yield* stageTree(request, tally);
    return tally;
  } catch (error) {
    dropStaging(request);
    throw error;
  }
}

/**
 * The second half: what was staged is moved to its place, then the state file, then the credential. The source does
 * not change; the target only gains.
 * @param tally of the first half
 */
export function* commitMerge(request: MergeRequest, tally: MergeTally): Steps<MergeTally> {
  const { fs, source, target, staging, leaveOut, losers } = request;
  const temporary = Buffer.concat([Buffer.from(staging), Buffer.from("-file")]);
  /** A file against a file or nothing; anything else has been staged like any other entry. */
  const meet = (name: string): boolean =>
    !leaveOut(name) &&
    fs.lstat(joinPath(source, name))?.type === "file" &&
    ["file", undefined].includes(fs.lstat(joinPath(target, name))?.type);
  try {
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
    dropStaging(request);
    throw error;
  }
}

/** Both halves, where nobody else works on either side. */
export function* mergeTree(request: MergeRequest): Steps<MergeTally> {
  return yield* commitMerge(request, yield* stageMerge(request));
}

/** Removes what was staged, as far as that is possible. */
export function dropStaging({ fs, staging }: MergeRequest): void {
  removeTreeQuietly(fs, staging);
}
