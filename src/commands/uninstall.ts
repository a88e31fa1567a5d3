import { anchored } from "../apply/anchored-file-system.ts";
import type { Command, Context } from "../context.ts";
import { Interrupted } from "../errors.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import type { AnchoredMachine, Machine } from "../inspect/inspect.ts";
import { thisMachine } from "../inspect/machine.ts";
import { readCredential } from "../inspect/read-credential.ts";
import { absentFinding, featureFinding, fleetingFinding, keptFinding } from "../plan/uninstall-findings.ts";
import { stoppedFinding } from "../report/failure.ts";
import type { Finding } from "../report/finding.ts";
import { renderUninstall, uninstallReport, type UninstallReport } from "../report/uninstall-report.ts";
import { parseUninstallOptions, type UninstallOptions } from "../uninstall-options.ts";
import { withRemembered } from "./bring-about.ts";
import { undo, type Undone } from "./undo.ts";

/**
 * Everything of ours undone: a real `~/.claude` and `~/.claude.json` with the newest login, and the stores away. Twice
 * changes nothing.
 */
export const runUninstall: Command = (args, context) => runUninstallOn(thisMachine(), args, context);

/** `runUninstall` on a machine that the caller hands in. */
export async function runUninstallOn(
  machine: Machine,
  args: readonly string[],
  context: Context,
): Promise<number> {
  const fs = anchored(machine.fs);
  try {
    const feature = readFeatureOptions(fs, context.bundlePath);
    const given = parseUninstallOptions(args, { ...context, feature });
    const options = { ...given, ...withRemembered(machine, given) };
    return tell(context, options, await reportOn({ ...machine, fs }, context, options));
  } catch (error) {
    if (error instanceof Interrupted) {
      context.err(
        "claude-credentials: stopped by a signal; nothing was lost, and the next uninstall goes on\n",
      );
      return error.exitCode;
    }
    const stopped = stoppedFinding(error, "claude-credentials uninstall");
    if (stopped === null) throw error;
    const asked = { json: args.includes("--json"), home: "/", dryRun: false };
    return tell(context, asked, uninstallReport([], [stopped], false));
  } finally {
    fs.release();
  }
}

async function reportOn(
  machine: AnchoredMachine,
  context: Context,
  options: UninstallOptions,
): Promise<UninstallReport> {
  const undone = await undo(machine, context, options);
  const { made, applied, isDone } = undone;
  const findings = [
    ...made.refusals,
    ...applied.findings,
    ...made.findings,
    ...(options.dryRun ? [] : afterwards(machine, undone)),
    ...(isWorked(undone) ? featureFinding(undone.seen.rootOwned) : []),
  ];
  return uninstallReport(applied.outcomes, findings, isDone && made.refusals.length === 0);
}

/** Whether something was undone to its end, or with `--dry-run` would be. */
function isWorked({ applied, isDone }: Undone): boolean {
  return isDone && applied.outcomes.some(({ kind, result }) => kind !== "keep" && result !== "unchanged");
}

function tell(
  { out, err }: Context,
  { json, home, dryRun }: Pick<UninstallOptions, "json" | "home" | "dryRun">,
  report: UninstallReport,
): number {
  const text = renderUninstall(report, home, dryRun);
  out(json ? `${JSON.stringify(report)}\n` : text.out);
  if (!json) err(text.err);
  return report.outcome === "failed" ? 1 : 0;
}

/** What is said of the home as it is after the work. */
function afterwards({ fs }: AnchoredMachine, undone: Undone): Finding[] {
  const { seen, made } = undone;
  const { config, buildRoot } = seen.inspection.homeLayout;
  const kept = `${buildRoot}/backups`;
  const isAbsent = isWorked(undone) && readCredential(fs, `${config}/.credentials.json`).state === "absent";
  return [
    ...(fs.lstat(kept) === null ? [] : [keptFinding(kept)]),
    ...(isAbsent ? [absentFinding(config)] : []),
    ...(isWorked(undone) && seen.stores.length > 0 && made.removes && !seen.homePersists && !isAbsent
      ? [fleetingFinding(config)]
      : []),
  ];
}
