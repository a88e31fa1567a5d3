import { eachAction, type Action, type ActionKind } from "../plan/action.ts";

/** What each start may do where all is as it should be. */
const ROUTINE: ReadonlySet<ActionKind> = new Set([
  "keep",
  "settle",
  "prune-backups",
  "share-login-facts",
  "keep-last-known-good",
] as const);

/** What a start would change; none where all is as it should be. */
export function pendingActions(actions: readonly Action[]): Action[] {
  return eachAction(actions).filter(({ kind }) => !ROUTINE.has(kind));
}
