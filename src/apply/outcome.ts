import type { Action, ActionKind } from "../plan/action.ts";
import type { Finding } from "../report/finding.ts";

export type Result = "created" | "updated" | "unchanged" | "skipped" | "failed";

/** What became of one action. */
export interface Outcome {
  readonly kind: ActionKind | "image-copy" | "guard";
  readonly path: string;
  readonly result: Result;
  readonly reason: string;
}

/** What an apply did: an outcome for each action, in order, and what a person must know of it. */
export interface Applied {
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
}

export function outcome(action: Action, result: Result, reason: string = action.reason): Outcome {
  return { kind: action.kind, path: action.path, result, reason };
}

/** What came of one apply and then of another. */
export function together(first: Applied, then: Applied): Applied {
  return {
    outcomes: [...first.outcomes, ...then.outcomes],
    findings: [...first.findings, ...then.findings],
  };
}
