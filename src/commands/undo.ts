import { apply, describeOnly } from "../apply/apply.ts";
import { lockFinding } from "../apply/done-findings.ts";
import { together, type Applied } from "../apply/outcome.ts";
import { removeTreeQuietly } from "../apply/remove-tree.ts";
import type { Workplace } from "../apply/workplace.ts";
import type { Context } from "../context.ts";
import { inspectUninstall, type UninstallInspection } from "../inspect/inspect-uninstall.ts";
import type { AnchoredMachine } from "../inspect/inspect.ts";
import { planUninstall, type UninstallPlan } from "../plan/plan-uninstall.ts";
import { describeActions, describeInspection } from "../report/verbose.ts";
import type { UninstallOptions } from "../uninstall-options.ts";
import { waitFor } from "./bring-about.ts";
import { ofOthers, underStartLocks } from "./start-lock.ts";
import { workplaceOf } from "./workplace-of.ts";

/** What was undone, and by which plan. */
export interface Undone {
  readonly seen: UninstallInspection;
  readonly made: UninstallPlan;
  readonly applied: Applied;
  /** Whether all three acts were done to their end. */
  readonly isDone: boolean;
}

const AGAIN = "claude-credentials uninstall";

/** Looks, plans and undoes, act after act; with `--dry-run` it only says what would be done. */
export async function undo(
  machine: AnchoredMachine,
  context: Context,
  options: UninstallOptions,
): Promise<Undone> {
  const seen = inspectUninstall(machine, options);
  const first = planUninstall(seen, options);
  const all = [...first.back, ...first.clear, ...first.last];
  if (options.verbose) context.err(describeInspection(seen.inspection) + describeActions(all));
  const done = (applied: Applied, made = first, isDone = true): Undone => ({ seen, made, applied, isDone });
  if (options.dryRun) return done(describeOnly(all));
  const workplace = workplaceOf(machine, context, options.wait ?? waitFor(seen.inspection), AGAIN);
  const replan = (): UninstallPlan => planUninstall(inspectUninstall(machine, options), options);
  const begins = [...first.back, ...first.clear].some(({ kind }) => kind !== "keep");
  const acts = await underStartLocks(begins ? first.roots : [], workplace, (locked, paths) =>
    firstActs(replan, locked, paths),
  );
  if (acts.held !== null) {
    const held = lockFinding(acts.held, workplace.wait, AGAIN);
    return done({ outcomes: describeOnly(all).outcomes, findings: [held] }, first, false);
  }
  const { applied, made, isDone } = acts.done;
  if (!isDone) return done(applied, made, false);
  const end = await apply(made.last, workplace);
  return done(together(applied, end), made, isAllDone(end));
}

/** The two acts that need the stores' locks. */
async function firstActs(
  replan: () => UninstallPlan,
  workplace: Workplace,
  locks: readonly string[],
): Promise<Omit<Undone, "seen">> {
  const plan = replan();
  let back: Applied;
  try {
    back = await apply(plan.back, workplace);
  } finally {
    dropStaged(plan, workplace);
  }
  if (!isAllDone(back)) return { made: plan, applied: back, isDone: false };
  const next = replan();
  // What stayed for a reason that is gone by now was not brought back: what it leads to must not go.
  if (next.refusals.length < plan.refusals.length) return { made: plan, applied: back, isDone: false };
  const cleared = await apply(ofOthers(next.clear, locks), workplace);
  return { made: next, applied: together(back, cleared), isDone: isAllDone(cleared) };
}

/** What has not got its name is a copy. */
function dropStaged({ staged }: UninstallPlan, { fs }: Workplace): void {
  if (staged !== null) removeTreeQuietly(fs, staged);
}

function isAllDone({ outcomes, findings }: Applied): boolean {
  return (
    outcomes.every(({ result }) => result !== "failed" && result !== "skipped") &&
    findings.every(({ severity }) => severity !== "error")
  );
}
