import type { Command, Context } from "../context.ts";
import { Interrupted } from "../errors.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import type { Machine } from "../inspect/inspect.ts";
import { loginDirectory } from "../inspect/login-directory.ts";
import { thisMachine } from "../inspect/machine.ts";
import { homeLayout } from "../layout.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import { parseRefreshOptions } from "../refresh-options.ts";
import { quote } from "../report/quote.ts";
import {
  refreshExitCode,
  refreshReport,
  renderRefresh,
  type RefreshReport,
} from "../report/refresh-report.ts";
import { Renewal, RENEWAL_LIMITS, type RenewalLimits } from "./renewal.ts";

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
  const directory =
    options.auth === null
      ? homeLayout(options.home, options.configDirectory).config
      : loginDirectory(machine.fs, options.auth);
  const end = await new Renewal(machine, context, { ...options, directory }, limits)
    .run()
    .catch((error: unknown) => {
      if (error instanceof Interrupted) return error;
      throw error;
    });
  if (end instanceof Interrupted) {
    context.err(
      "claude-credentials: stopped by a signal; a client that renews the login goes on by itself\n",
    );
    return end.exitCode;
  }
  const anew =
    options.auth === null ? "claude auth login" : `CLAUDE_CONFIG_DIR=${quote(directory)} claude auth login`;
  const report: RefreshReport = refreshReport(end, `${directory}/${CREDENTIAL_NAME}`, anew);
  const text = renderRefresh(report, end);
  const exitCode = refreshExitCode(report);
  if (options.json) context.out(`${JSON.stringify(report)}\n`);
  if (exitCode !== 0 || options.json) context.err(text);
  else context.out(text);
  return exitCode;
}
