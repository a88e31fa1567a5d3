import { describeOnly } from "../apply/apply.ts";
import type { Context } from "../context.ts";
import { readLastStart } from "../inspect/find-workspace.ts";
import { inspect, type AnchoredMachine, type Machine } from "../inspect/inspect.ts";
import type { Inspection } from "../inspect/inspection.ts";
import type { StartOptions } from "../options.ts";
import { plan, type Plan } from "../plan/plan.ts";
import { describeActions, describeInspection } from "../report/verbose.ts";
import { carryOut, type CarriedOut } from "./carry-out.ts";
import { workplaceOf } from "./workplace-of.ts";

/** Looks, plans and carries out what the options ask for; with `--dry-run` it only says what would be done. */
export async function bringAbout(
  machine: AnchoredMachine,
  context: Context,
  options: StartOptions,
): Promise<CarriedOut> {
  const inspection = inspect(machine, options);
  const first = plan(inspection, { ...options, homeOwner: null });
  if (options.verbose) context.err(describeInspection(inspection) + describeActions(first.actions));
  if (options.dryRun) return { made: first, applied: describeOnly(first.actions) };
  const replan = (): Plan => plan(inspect(machine, options), { ...options, homeOwner: null });
  return await carryOut(first, replan, workplaceOf(machine, context, options.wait ?? waitFor(inspection)));
}

/** What an interrupted run left is worth more patience: the locks that it held may have to age (milliseconds). */
export function waitFor({ homeLeftovers, storeLeftovers }: Inspection): number {
  return homeLeftovers.length + storeLeftovers.length > 0 ? 70_000 : 10_000;
}

/**
 * Run by hand, without the hook's flags, it means the workspace and the container that the hook named last; where
 * no stamp tells, the workspace whose store `~/.claude` leads to.
 */
export function withRemembered({ fs }: Machine, options: StartOptions): StartOptions {
  if (options.workspace !== null && options.devcontainerId !== null) return options;
  const { workspace, devcontainerId } = readLastStart(fs, options);
  return { ...options, workspace, devcontainerId: options.devcontainerId ?? devcontainerId };
}
