import type { Command, Context } from "../context.ts";
import { Interrupted } from "../errors.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import type { Machine } from "../inspect/inspect.ts";
import { findLogin } from "../inspect/login-directory.ts";
import { thisMachine } from "../inspect/machine.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import { parseRefreshOptions } from "../refresh-options.ts";
import { quote } from "../report/quote.ts";
import { refreshExitCode, refreshReport, renderRefresh } from "../report/refresh-report.ts";
import { LoginRenewal, RENEWAL_LIMITS, type RenewalLimits } from "./renewal.ts";

/** Has Claude Code renew a login whose access token ends too soon, once however many ask at once. */
export const runRefresh: Command = (args, context) => runRefreshOn(thisMachine(), args, context);

/** `runRefresh` on a machine that the caller hands in. */
export async function runRefreshOn(
  machine: Machine,
  args: readonly string[],
  context: Context,
  limits: RenewalLimits = RENEWAL_LIMITS,
): Promise<number> {
  const feature = readFeatureOptions(machine.fs, context.bundlePath);
  const options = parseRefreshOptions(args, { ...context, feature });
  const login = findLogin(machine, options);
  try {
    const end = await new LoginRenewal(machine, context, { ...options, ...login }, limits).run();
    const anew = login.ofHome
      ? "claude auth login"
      : `CLAUDE_CONFIG_DIR=${quote(login.directory)} claude auth login`;
    const report = refreshReport(end, `${login.directory}/${CREDENTIAL_NAME}`, anew);
    const text = renderRefresh(report, end);
    const exitCode = refreshExitCode(report);
    if (options.json) context.out(`${JSON.stringify(report)}\n`);
    if (exitCode !== 0 || options.json) context.err(text);
    else context.out(text);
    return exitCode;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    context.err("claude-credentials: stopped by a signal; what Claude Code renews is kept all the same\n");
    return error.exitCode;
  }
}
