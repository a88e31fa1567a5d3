import type { Command, Context } from "../context.ts";
import { inspectBuildContext } from "../inspect/build-context.ts";
import { modeInForce } from "../env/mode-in-force.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import type { Machine } from "../inspect/inspect.ts";
import { inspectEnv } from "../inspect/inspect-env.ts";
import { thisMachine } from "../inspect/machine.ts";
import { parseCommonOptions } from "../options.ts";
import { checkBuildContext } from "../plan/check-build-context.ts";
import { describeMode, loginState } from "../report/mode-findings.ts";
import { renderStatus } from "../report/render-status.ts";
import { statusReport } from "../report/status-report.ts";
import { describeStatusInspection } from "../report/verbose.ts";

/** Says what state the login is in: offline, read-only. Exits 0 when a login is usable and persistent, else 1. */
export const runStatus: Command = (args, context) => runStatusOn(thisMachine(), args, context);

/** `runStatus` on a machine that the caller hands in. */
export async function runStatusOn(
  machine: Machine,
  args: readonly string[],
  context: Context,
): Promise<number> {
  const feature = readFeatureOptions(machine.fs, context.bundlePath);
  const options = parseCommonOptions(args, { ...context, feature }, "status");
  const look = inspectEnv(machine, options, context.env);
  if (options.verbose) context.err(describeStatusInspection(look.status));
  const { storePaths: store, workspace } = look.status;
  const exposure =
    store === null ? null : await inspectBuildContext(machine.fs, { user: machine.user, workspace, store });
  const report = statusReport(look, checkBuildContext(exposure));
  context.out(
    options.json
      ? `${JSON.stringify(report)}\n`
      : renderStatus(
          report,
          options.home,
          describeMode(modeInForce(look.env.sources, loginState(look.status)), options.home),
        ),
  );
  return report.loggedIn && report.persistent ? 0 : 1;
}
