import type { Context } from "../context.ts";
import type { DoctorOptions } from "../doctor-options.ts";
import { errnoCode } from "../errors.ts";
import { inspectBackups } from "../inspect/inspect-backups.ts";
import { inspectHooks } from "../inspect/inspect-hooks.ts";
import { inspectStaleLocks } from "../inspect/inspect-locks.ts";
import { inspectMounts } from "../inspect/inspect-mounts.ts";
import { inspectRepointing } from "../inspect/inspect-repointing.ts";
import { inspectStatus } from "../inspect/inspect-status.ts";
import { findInstalledClient } from "../inspect/installed-client.ts";
import { inspect, type AnchoredMachine } from "../inspect/inspect.ts";
import { homeLayout } from "../layout.ts";
import { isPastHolding } from "../plan/decide-stale.ts";
import { checkBackups } from "../plan/doctor/check-backups.ts";
import { checkClient } from "../plan/doctor/check-client.ts";
import { checkHooks } from "../plan/doctor/check-hooks.ts";
import { checkLocks } from "../plan/doctor/check-locks.ts";
import { checkMounts } from "../plan/doctor/check-mounts.ts";
import { checkRepointing } from "../plan/doctor/check-repointing.ts";
import { plan } from "../plan/plan.ts";
import type { Looked, Looks } from "../report/doctor-looks.ts";
import { explainFailure } from "../report/failure.ts";
import type { Finding } from "../report/finding.ts";
import { describeEnvInspection } from "../report/verbose-env.ts";
import { describeActions, describeInspection, describeStatusInspection } from "../report/verbose.ts";
import { lookOnce } from "./status.ts";

/** Makes every look of `doctor`. Read-only: no change, no network, no start of Claude Code. */
export async function lookAtAll(
  machine: AnchoredMachine,
  context: Context,
  options: DoctorOptions,
): Promise<Looks> {
  const { fs } = machine;
  const { bundlePath, version, env } = context;
  const say = options.verbose ? context.err : (): void => undefined;
  const status = await attempt(async () => {
    const seen = await lookOnce(machine, options, context);
    say(describeStatusInspection(seen.look.status, seen.report) + describeEnvInspection(seen.look.env));
    return { sight: seen, findings: seen.report.findings };
  });
  let abandoned: readonly string[] = [];
  const start = await attempt(() => {
    const inspection = inspect(machine, options);
    abandoned = inspection.abandonedLocks;
    const made = plan(inspection, { ...options, homeOwner: null });
    say(describeInspection(inspection) + describeActions(made.actions));
    return { sight: made, findings: made.findings };
  });
  /** What the home looks like to those that need no more than that. */
  const around = (): ReturnType<typeof inspectStatus> =>
    status.failure === null ? status.sight.look.status : inspectStatus(machine, options);
  return {
    status,
    start,
    backups: await attempt(() => {
      const { buildRoot } = homeLayout(options.home, options.configDirectory);
      const planned = start.failure === null ? [start.sight.store.backups] : [];
      const kept = around().storePaths?.backups ?? [];
      return told(inspectBackups(fs, [`${buildRoot}/backups`, ...planned, ...[kept].flat()]), checkBackups);
    }),
    locks: await attempt(() => {
      const { locks, now } = around();
      const isOld = ({ ageSeconds }: { ageSeconds: number }): boolean =>
        isPastHolding(now - ageSeconds * 1000, now);
      const left = [...locks.filter(isOld).map(({ path }) => path), ...abandoned];
      const stale = inspectStaleLocks(fs, left, now);
      const held = locks.filter(({ path }) => stale.every((lock) => lock.path !== path));
      return { sight: { stale, held }, findings: checkLocks(stale) };
    }),
    client: await attempt(() => told(findInstalledClient(fs, env["PATH"] ?? "", options.home), checkClient)),
    hooks: await attempt(() => {
      const seen = around();
      return told(inspectHooks(fs, seen, bundlePath), (hooks) => checkHooks(hooks, seen.workspace));
    }),
    mounts: await attempt(() => told(inspectMounts(fs, around()), checkMounts)),
    repointing: await attempt(() => told(inspectRepointing(fs, around()), checkRepointing)),
    program: await attempt(() => told({ version, node: process.version, bundlePath }, () => [])),
  };
}

interface Told<T> {
  readonly sight: T;
  readonly findings: readonly Finding[];
}

function told<T>(sight: T, check: (sight: T) => Finding[]): Told<T> {
  return { sight, findings: check(sight) };
}

/** A failed system call is what the look came to; a defect of ours is thrown on. */
async function attempt<T>(look: () => Told<T> | Promise<Told<T>>): Promise<Looked<T>> {
  try {
    return { failure: null, ...(await look()) };
  } catch (error) {
    const code = errnoCode(error);
    if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) throw error;
    return { failure: explainFailure(error, code, "an open file") };
  }
}
