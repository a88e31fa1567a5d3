import { describeAction, type Action } from "../plan/action.ts";
import { explainFailure, failedPath } from "../report/failure.ts";
import { finding, type Finding } from "../report/finding.ts";
import { describeHeld } from "../report/held-lock.ts";
import { quote } from "../report/quote.ts";
import type { Done } from "./done.ts";
import type { HeldBySomebody } from "./lock/lock-seeker.ts";

/** The command that each container runs anyway. */
export const START_AGAIN = "claude-credentials start";

/** What a person must know of an action that was done. @param again the command that finishes what is left undone */
export function doneFindings(action: Action, done: Done, again: string): Finding[] {
  return [
    ...(done.damaged ?? []).map((path) => damageFinding(path, done)),
    ...leftFindings(action, done),
    ...(action.kind === "restore-credential" && done.result !== "unchanged" ? [restoredFinding(action)] : []),
    ...(done.heldBy === undefined ? [] : [lockFinding(done.heldBy, done.waited ?? 0, again)]),
  ];
}

function restoredFinding({ path, reason }: Action): Finding {
  return finding(
    "CREDENTIAL_RESTORED",
    `${path}: ${reason}. It may have been used up meanwhile`,
    "look at it: claude-credentials status   and if Claude Code is refused, log in again: claude auth login",
    path,
  );
}

function damageFinding(path: string, done: Done): Finding {
  return finding(
    "STATE_MALFORMED",
    `${path} was no JSON object (empty or cut off): ${done.reason ?? "it is kept in the backups"}`,
    `nothing to do; should something be missing, what it held is in ${done.keptIn ?? "the backups"}`,
    path,
  );
}

function leftFindings(action: Action, done: Done): Finding[] {
  if (done.left === undefined || done.left.length === 0) return [];
  const into = ("places" in action ? action.places.into : undefined) ?? "the store";
  const names = done.left.slice(0, 5).join(", ");
  const more = done.left.length > 5 ? ` and ${(done.left.length - 5).toString()} more` : "";
  return [
    finding(
      "FILE_SKIPPED",
      `${names}${more}: cannot be kept in ${into}`,
      done.leftAt === undefined
        ? `they stay in ${action.path}`
        : `they lie in ${done.leftAt}; remove it when nothing in it is needed`,
      done.leftAt ?? action.path,
    ),
  ];
}

/** @param waited milliseconds @param again the command that finishes it */
export function lockFinding(held: HeldBySomebody, waited: number, again: string): Finding {
  const { path, isDirectory } = held;
  if (!isDirectory)
    return finding(
      "LOCK_HELD",
      `${path} is in the place of a lock and is none: locks are directories. All stays as it was`,
      `when no Claude Code runs: rm -- ${quote(path)}   then: ${again}`,
      path,
    );
  return finding(
    "LOCK_HELD",
    `${describeHeld(held, waited)}. All stays as it was`,
    again === START_AGAIN
      ? `nothing to do, the next start finishes it; or now, waiting longer: ${again} --wait 70`
      : `run it again, waiting longer: ${again} --wait 70`,
    path,
  );
}

export function failureReason(error: unknown, code: string): string {
  const path = failedPath(error);
  return path === undefined ? code : `${code} at ${path}`;
}

export function failureFinding(action: Action, error: unknown, code: string, again: string): Finding {
  const { cause, remedy, path } = explainFailure(error, code, action.path);
  return finding(
    "MOVE_INCOMPLETE",
    `could not ${describeAction(action)} (${action.path}): ${cause}. Nothing was lost`,
    `${remedy}, then: ${again}`,
    path,
  );
}
