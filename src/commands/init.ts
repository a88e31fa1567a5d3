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
import { verboseLines } from "../report/verbose.ts";
import { showsNode } from "../init/shows-node.ts";

/** `init [PROJECT]`: adds the Feature to a project on the host. Exit code 1 where a write failed. */
export const runInit: Command = (args, context) =>
  Promise.resolve(
    initOn(hostOf(process.platform, process.geteuid?.()), parseInitOptions(args, context), context),
  );

/** `init` on a given host. @throws UserError for every refusal; nothing has been changed then. */
export function initOn(host: Host, options: InitOptions, context: Context): number {
  const { inspection, actions } = prepare(host, options, context.bundlePath);
  if (options.verbose) context.err(describeUndertaking(inspection, actions));
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

/** What was looked at, what is decided about it and why, and each file that this comes to. */
function describeUndertaking({ project, source, config }: Inspection, actions: readonly Action[]): string {
  const from = source.kind === "reference" ? source.reference : `a copy in ${source.folder}`;
  return verboseLines([
    `project: ${project.root}`,
    `${project.configPath}: ${config === null ? "absent" : "there"}`,
    `the Feature: ${from}`,
    ...actions.flatMap(({ kind, path, result, reason, steps }) => [
      `${kind} (${path}): ${result}: ${reason}`,
      ...steps.map(describeStep),
    ]),
  ]);
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
