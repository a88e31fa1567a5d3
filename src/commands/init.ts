import type { Command, Context } from "../context.ts";
import { errnoCode, UserError } from "../errors.ts";
import { type Action, describeStep } from "../init/action.ts";
import { applyInit } from "../init/apply.ts";
import { checkWritable } from "../init/check-writable.ts";
import { type Host, hostOf, ownerFor } from "../init/host.ts";
import { inspect, type Inspection } from "../init/inspect.ts";
import { type InitOptions, parseInitOptions } from "../init/options.ts";
import { planInit } from "../init/plan.ts";
import { renderInitJson, renderInitText, reportInit } from "../init/report.ts";
import { showsNode } from "../init/shows-node.ts";

/** `init [PROJECT]`: adds the Feature to a project on the host. Exit code 1 where a write failed. */
export const runInit: Command = (args, context) =>
  Promise.resolve(
    initOn(hostOf(process.platform, process.geteuid?.()), parseInitOptions(args, context), context),
  );

/** `init` on a given host. @throws UserError for every refusal; nothing has been changed then. */
export function initOn(host: Host, options: InitOptions, context: Context): number {
  const { inspection, actions } = prepare(host, options, context.bundlePath);
  if (options.verbose) {
    for (const step of actions.flatMap((action) => action.steps)) context.err(`${describeStep(step)}\n`);
  }
  const { project, config, rootOwner } = inspection;
  const outcomes = applyInit(host.fs, actions, (file) =>
    ownerFor(host, file === config?.realPath ? config.owner : null, rootOwner),
  );
  const report = reportInit(outcomes);
  const setting = {
    feature: options.feature,
    root: project.root,
    cwd: context.cwd,
    showsNode: config === null || showsNode(config.parsed),
  };
  if (options.json) context.out(renderInitJson(report));
  else (report.outcome === "failed" ? context.err : context.out)(renderInitText(report, setting));
  return report.outcome === "failed" ? 1 : 0;
}

/** Everything before the first write. */
function prepare(
  host: Host,
  options: InitOptions,
  bundlePath: string,
): { inspection: Inspection; actions: Action[] } {
  try {
    const inspection = inspect(host.fs, options, bundlePath);
    const actions = planInit(inspection, host.keepsModes);
    checkWritable(host.fs, actions);
    return { inspection, actions };
  } catch (error) {
    const code = errnoCode(error);
    if (code === undefined || !(error instanceof Error)) throw error;
    throw new UserError(
      `${options.project} could not be read (${error.message})`,
      "mend that and run init again; nothing was changed",
    );
  }
}
