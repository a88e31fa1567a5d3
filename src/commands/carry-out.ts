import { apply } from "../apply/apply.ts";
import { lockFinding } from "../apply/done-findings.ts";
import { outcome, together, type Applied } from "../apply/outcome.ts";
import type { Workplace } from "../apply/workplace.ts";
import { eachAction, type Action } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";
import { finding, type Finding } from "../report/finding.ts";
import { ofOthers, underStartLocks } from "./start-lock.ts";

/** A plan that was carried out. */
export interface CarriedOut {
  readonly made: Plan;
  readonly applied: Applied;
}

/** What several starts may do at once: each of them ends as if it had been alone. */
const NEEDS_NO_LOCK: ReadonlySet<Action["kind"]> = new Set([
  "keep",
  "make-directory",
  "prune-backups",
  "share-login-facts",
] as const);

/**
 * Applies a plan while the start lock of its store is ours. Another start may have been at work since the plan was
 * made, so a new one is made once the lock is had.
 * @param replan looks and plans again
 */
export async function carryOut(made: Plan, replan: () => Plan, workplace: Workplace): Promise<CarriedOut> {
  const { choice, store, actions } = made;
  if (choice.kind !== "store" || actions.every(({ kind }) => NEEDS_NO_LOCK.has(kind)))
    return { made, applied: await apply(actions, workplace) };

  // The lock lies in the store, so one that is not there yet is made first, whole: a directory without its `format`
  // could be anybody's.
  // Nor is a store looked into before it is the user's.
  const isFirst = ({ part, kind, path }: Action): boolean =>
    part === "store" && (!choice.candidate.exists || (kind === "make-directory" && path === store.root));
  const begun = await apply(actions.filter(isFirst), workplace);
  const rest = actions.filter((action) => !isFirst(action));
  if (begun.findings.length > 0) return { made, applied: together(begun, skipped(rest)) };

  const locked = await underStartLocks([store.root], workplace, async (held, paths) => {
    let again = replan();
    // One refusal may be the machine's mood, and another store for its sake would split what is kept.
    if (again.store.root !== store.root) again = replan();
    if (again.store.root !== store.root)
      return { made, applied: together(begun, elsewhere(rest, store.root)) };
    const applied = await apply(ofOthers(again.actions, paths), held);
    return { made: { ...again, findings: allFindings(made, again) }, applied: together(begun, applied) };
  });
  if (locked.held === null) return locked.done;
  const findings = [lockFinding(locked.held, workplace.wait, workplace.again)];
  return { made, applied: together(begun, { ...skipped(rest), findings }) };
}

/** Nothing is done in a store whose lock is not had. */
function elsewhere(actions: readonly Action[], root: string): Applied {
  const told = finding(
    "MOVE_INCOMPLETE",
    `${root} was the place for the login, and then it was not (EAGAIN): it changed while it was looked at. Nothing was lost`,
    "run it again: claude-credentials start",
    root,
  );
  return { ...skipped(actions), findings: [told] };
}

/** A place that was passed over for the one that was made is not looked at any more once that is there. */
function allFindings(first: Plan, again: Plan): readonly Finding[] {
  const said = new Set(again.findings.map(({ code, path }) => `${code} ${path ?? ""}`));
  return [
    ...first.findings.filter(({ code, path }) => !said.has(`${code} ${path ?? ""}`)),
    ...again.findings,
  ];
}

function skipped(actions: readonly Action[]): Applied {
  const outcomes = eachAction(actions).map((action) => outcome(action, "skipped", "not begun"));
  return { outcomes, findings: [] };
}
