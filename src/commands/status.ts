import type { Command, Context } from "../context.ts";
import { inspectBuildContext } from "../inspect/build-context.ts";
import { modeInForce } from "../env/mode-in-force.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import { findWorkspace } from "../inspect/find-workspace.ts";
import { loginDirectory } from "../inspect/login-directory.ts";
import { inspectGuard } from "../inspect/guard-file.ts";
import type { Machine } from "../inspect/inspect.ts";
import { inspectEnv, type EnvLook } from "../inspect/inspect-env.ts";
import { thisMachine } from "../inspect/machine.ts";
import { checkBuildContext } from "../plan/check-build-context.ts";
import { renderMetrics } from "../report/metrics.ts";
import { describeMode, loginState } from "../report/mode-findings.ts";
import { pageFor } from "../report/page.ts";
import { renderStatus } from "../report/render-status.ts";
import { readableFinding } from "../report/readable-finding.ts";
import { sharedFinding } from "../report/shared-finding.ts";
import { statusReport, type StatusReport } from "../report/status-report.ts";
import { renderChange } from "../report/status-change.ts";
import { describeEnvInspection } from "../report/verbose-env.ts";
import { describeStatusInspection } from "../report/verbose.ts";
import { parseStatusOptions, type StatusOptions } from "../status-options.ts";

/** Says what state the login is in: offline, read-only. Exits 0 when a login is usable and persistent, else 1. */
export const runStatus: Command = (args, context) => runStatusOn(thisMachine(), args, context);

/** `runStatus` on a machine that the caller hands in. */
export async function runStatusOn(
  machine: Machine,
  args: readonly string[],
  context: Context,
): Promise<number> {
  const feature = readFeatureOptions(machine.fs, context.bundlePath);
  const options = parseStatusOptions(args, { ...context, feature });
  if (options.watch !== null) return await watch(machine, options, options.watch, context);
  const { look, report } = await lookOnce(machine, options, context);
  if (options.verbose)
    context.err(describeStatusInspection(look.status, report) + describeEnvInspection(look.env));
  context.out(await render(report, look, options, context));
  return exitCodeOf(report, options);
}

/** Looks at all that `status` judges. Read-only. */
export async function lookOnce(
  machine: Machine,
  options: StatusOptions,
  { env, cwd, bundlePath }: Context,
): Promise<{ readonly look: EnvLook; readonly report: StatusReport }> {
  const { fs, user } = machine;
  const pointedAt = options.pointedAt === null ? null : loginDirectory(fs, options.pointedAt);
  const found = pointedAt === null ? findWorkspace(fs, options, cwd) : options.workspace;
  const look = inspectEnv(machine, { ...options, workspace: found }, env, pointedAt);
  const { storePaths: store, workspace } = look.status;
  const exposure = store === null ? null : await inspectBuildContext(fs, { user, workspace, store });
  const guard = inspectGuard(fs, bundlePath, readFeatureOptions(fs, bundlePath));
  const around = [
    checkBuildContext(exposure),
    readableFinding(look.status, guard),
    sharedFinding(look.status, options.isShared),
  ];
  const findings = around.filter((one) => one !== null);
  return { look, report: statusReport(look, findings, options) };
}

async function render(
  report: StatusReport,
  { env, status }: EnvLook,
  { format, home, ascii }: StatusOptions,
  { isTerminal, env: environment }: Context,
): Promise<string> {
  switch (format) {
    case "json":
      return `${JSON.stringify(report)}\n`;
    case "prometheus":
      return renderMetrics(report);
    case "text": {
      const mode = describeMode(modeInForce(env.sources, loginState(status)), home);
      const page = await pageFor(isTerminal, environment, ascii);
      return renderStatus(report, { status, home, mode, page });
    }
  }
}

/** Prints a line at first, and one whenever something has changed, until a signal ends it. */
async function watch(
  machine: Machine,
  options: StatusOptions,
  pause: number,
  context: Context,
): Promise<number> {
  const signalled = context.listenForSignals();
  let last: string | null = null;
  for (;;) {
    const { look, report } = await lookOnce(machine, options, context);
    const line = renderChange(report);
    if (line !== last) context.out(`${new Date(look.status.now).toISOString()} ${line}\n`);
    last = line;
    for (let left = pause; left > 0; left -= NAP_MS) {
      const signal = signalled();
      if (signal !== null) return signal;
      await machine.sleep(Math.min(left, NAP_MS));
    }
  }
}

/** A signal is answered within so many milliseconds. */
const NAP_MS = 250;

function exitCodeOf({ loggedIn, persistent }: StatusReport, { usableIsEnough }: StatusOptions): number {
  return loggedIn && (persistent || usableIsEnough) ? 0 : 1;
}
