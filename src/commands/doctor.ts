import type { Command, Context } from "../context.ts";
import { parseDoctorOptions, type DoctorOptions } from "../doctor-options.ts";
import { errnoCode, Interrupted } from "../errors.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import { findWorkspace } from "../inspect/find-workspace.ts";
import type { Machine } from "../inspect/inspect.ts";
import { thisMachine } from "../inspect/machine.ts";
import { isBad, type DoctorReport } from "../report/check.ts";
import { doctorChecks, LIVE_NOT_ASKED } from "../report/doctor-checks.ts";
import type { Looks } from "../report/doctor-looks.ts";
import { markMended } from "../report/mark-mended.ts";
import { pageFor } from "../report/page.ts";
import { renderDoctor } from "../report/render-doctor.ts";
import { withRemembered } from "./bring-about.ts";
import { checkLive } from "./doctor-live.ts";
import { mend } from "./doctor-fix.ts";
import { lookAtAll } from "./doctor-looks.ts";
import { holding } from "./holding.ts";

/**
 * A table of checks, each with what was seen and what mends it. Without `--fix` and `--live` it changes nothing, asks
 * nobody and starts nothing. Exits 1 where a check is an error or could not be made.
 */
export const runDoctor: Command = (args, context) => runDoctorOn(thisMachine(), args, context);

/** `runDoctor` on a machine that the caller hands in. */
export async function runDoctorOn(
  machine: Machine,
  args: readonly string[],
  context: Context,
): Promise<number> {
  const feature = readFeatureOptions(machine.fs, context.bundlePath);
  const given = parseDoctorOptions(args, { ...context, feature });
  const options = remembering(machine, given, context.cwd);
  try {
    return await examine(machine, context, options);
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    throw error;
  }
}

/** What the last start noted, else the project that this is called in; should that be unreadable, the checks say so. */
function remembering(machine: Machine, given: DoctorOptions, folder: string): DoctorOptions {
  const options = { ...given, workspace: findWorkspace(machine.fs, given, folder) };
  try {
    return { ...options, ...withRemembered(machine, options) };
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return options;
  }
}

async function examine(machine: Machine, context: Context, options: DoctorOptions): Promise<number> {
  const { home } = options;
  const look = (): Promise<Looks> => holding(machine, (held) => lookAtAll(held, context, options));
  let looks = await look();
  const before = doctorChecks(looks, [], LIVE_NOT_ASKED, home);
  const mended = options.fix ? await mend(machine, context, options, looks) : null;
  const live = options.live ? await checkLive(machine, context, options, looks) : LIVE_NOT_ASKED;
  // What was mended, and a login that Claude Code renewed, are seen as they are now.
  const isChanged = mended !== null && mended.outcomes.length + mended.findings.length > 0;
  if (isChanged || options.live) looks = await look();
  const after = doctorChecks(looks, mended?.findings ?? [], live, home);
  const checks = markMended(before, after, mended?.outcomes ?? [], home);
  const report: DoctorReport = { version: 1, checks };
  const page = await pageFor(context.isTerminal, context.env, options.ascii);
  const text = (): string => renderDoctor(report, mended?.outcomes ?? null, home, page);
  context.out(options.json ? `${JSON.stringify(report)}\n` : text());
  return checks.some(isBad) ? 1 : 0;
}
