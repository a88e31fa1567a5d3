import type { Of } from "./done.ts";
import type { MergeRequest, MergeTally } from "./merge-request.ts";
import { stageMerge } from "./merge-tree.ts";
import { sameIn } from "./same-in.ts";
import type { Tools } from "./apply-action.ts";
import type { Steps } from "./workplace.ts";

/** The first half of a merge, done. */
export interface Staged {
  readonly request: MergeRequest;
  readonly tally: MergeTally;
}

/** Stages a merge whose second half is to be done under locks. */
export function* stage(action: Of<"merge">, tools: Tools): Steps<void> {
  const request = mergeRequest(action, tools);
  tools.staged.set(action, { request, tally: yield* stageMerge(request) });
}

export function mergeRequest(action: Of<"merge">, { workplace: { fs }, pace }: Tools): MergeRequest {
  const { places, path: source, sourceGoes, losers, prefer, rule, except, leave } = action;
  const isSameThere = except === null ? () => false : sameIn(fs, source, except);
  return {
    fs,
    ...places,
    source,
    sourceGoes,
    losers,
    prefer,
    rule,
    progress: pace.progress,
    leaveOut: (relative) => leave.includes(relative) || isSameThere(relative),
  };
}
