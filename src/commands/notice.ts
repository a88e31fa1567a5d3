import { isAbsolute } from "node:path";
import { claimLook, type LookClaim } from "../apply/claim-look.ts";
import type { Command, Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import { guessWorkspace } from "../inspect/guess-workspace.ts";
import type { Machine } from "../inspect/inspect.ts";
import { isStartAtWork, isUnstarted } from "../inspect/lifecycle-hook.ts";
import { readLookTimes } from "../inspect/look-record.ts";
import { thisMachine } from "../inspect/machine.ts";
import { isMountPoint } from "../inspect/mounts.ts";
import { recordLook, type Looked } from "../inspect/record-look.ts";
import { readStamp } from "../inspect/stamp.ts";
import { newestMarker, readMounts } from "../inspect/surroundings.ts";
import { homeLayout, MOUNT_ROOT, type HomeLayout } from "../layout.ts";
import { parseCommonOptions, type CommonOptions } from "../options.ts";
import { DAY_MS, isDayAgo, nextLook } from "../plan/next-look.ts";
import { describeAttention, loginEnd } from "../report/attention.ts";
import type { StatusReport } from "../report/status-report.ts";
import { verboseLines } from "../report/verbose.ts";
import { runStartOn } from "./start.ts";
import { runStatusOn } from "./status.ts";
import { within, type Limit } from "./within.ts";

const LOOK_MS = 5_000;
/** Seconds that `start` waits for a lock: somebody sits before this terminal. */
const START_WAIT = "5";

/** What shells call: says one line where the login needs attention, at most once a day. Exits 0, or 2 for usage. */
export const runNotice: Command = (args, context) =>
  runNoticeOn(thisMachine(), args, context, within(LOOK_MS));

/** What a look is done with. */
interface Looking {
  readonly machine: Machine;
  readonly options: CommonOptions;
  readonly args: readonly string[];
  readonly context: Context;
  readonly limit: Limit;
  readonly layout: HomeLayout;
}

/**
 * `runNotice` on a machine that the caller hands in.
 * @param limit what each look at the login is done under
 */
export async function runNoticeOn(
  machine: Machine,
  args: readonly string[],
  context: Context,
  limit: Limit,
): Promise<number> {
  const feature = readFeatureOptions(machine.fs, context.bundlePath);
  let options: CommonOptions;
  try {
    options = parseCommonOptions(args, { ...context, feature }, "notice");
  } catch (error) {
    // What is wrong with the Feature's options or the environment is not said by each terminal: `start` does.
    if (args.length > 0 || !(error instanceof UserError)) throw error;
    return 0;
  }
  const layout = homeLayout(options.home, options.configDirectory);
  const line = await look({ machine, options, args, context, limit, layout });
  if (line !== null) context.err(`${line}\n`);
  if (options.json)
    context.out(`${JSON.stringify({ version: 1, outcome: line === null ? "silent" : "said", line })}\n`);
  return 0;
}

/** @returns the line to be said, or null. */
async function look(looking: Looking): Promise<string | null> {
  const { machine, context, layout } = looking;
  if (isStartAtWork(machine.fs, context.bundlePath)) {
    explain(looking, "a start is at work: it says what there is to be said");
    return null;
  }
  const claim = claimLook(machine.fs, layout.notice, machine.now(), newestMarker(machine.fs));
  if (claim === null) {
    explain(looking, `another terminal looks, or ${layout.notice} cannot be written: nothing is looked at`);
    return null;
  }
  try {
    return await lookClaimed(looking, claim);
  } finally {
    claim.release();
  }
}

async function lookClaimed(looking: Looking, claim: LookClaim): Promise<string | null> {
  const { machine, context, options, layout } = looking;
  const { fs } = machine;
  const now = machine.now();
  const before = readLookTimes(fs, `${layout.notice}/looked`);
  const leave = (looked: Looked, due: number): boolean =>
    claim.leave(recordLook(fs, layout, context.env, looked), due);
  // Should this look never end, the next is not before tomorrow. Nor is anything said that could not be noted.
  if (!leave({ ...before, homelessIn: "", report: null }, now + DAY_MS)) return null;

  const first = await readStatus(looking);
  const needsStart = !first.persistent && isUnstarted(fs, layout);
  const isHomeless = needsStart && !hasPlaceForStore(looking);
  const isTried = needsStart && !isHomeless && isDayAgo(before.tried, now);
  if (needsStart) explain(looking, describeNeed(isHomeless, isTried));
  const hasSpoken = isTried && (await startFromHere(looking));
  const report = isTried ? await readStatus(looking) : first;

  const line = describeAttention(report, now, options.home);
  const isSaid = line !== null && !hasSpoken && isDayAgo(before.said, now);
  const said = isSaid || hasSpoken ? now : before.said;
  explain(
    looking,
    line === null ? "nothing needs attention" : isSaid ? "this is said:" : "said within a day, so not again",
  );
  leave(
    {
      said,
      tried: isTried ? now : before.tried,
      homelessIn: isHomeless ? folderOf(looking) : "",
      report: isDayAgo(said, now) ? report : null,
    },
    nextLook(now, said, loginEnd(report)),
  );
  return isSaid ? line : null;
}

function describeNeed(isHomeless: boolean, isTried: boolean): string {
  const need = "no lifecycle hook ran in this container, and the login is not persistent";
  const why = isHomeless ? "there is no place for a store" : "it was tried within a day";
  return `${need}: ${isTried ? "start is run" : `start is not run, ${why}`}`;
}

function explain({ options, context }: Looking, text: string): void {
  if (options.verbose) context.err(verboseLines([text]));
}

/** What `status --json` says. */
async function readStatus({ machine, args, context, limit }: Looking): Promise<StatusReport> {
  let text = "";
  const out = (part: string): void => {
    text += part;
  };
  await limit(() => runStatusOn(machine, [...args, "--json"], { ...context, out }));
  return JSON.parse(text) as StatusReport;
}

/** Where the terminal was opened, in the words of the shell that asks. */
function folderOf({ context }: Looking): string {
  return context.env["PWD"] ?? context.cwd;
}

/** The workspace that was named, else the one of the last `start` of this home, else a guess. */
function workspaceOf({ machine, options, layout, context }: Looking): string | null {
  const remembered = readStamp(machine.fs, layout.stamp)?.workspace ?? "";
  if (options.workspace !== null) return options.workspace;
  if (remembered !== "" && machine.fs.stat(remembered) !== null) return remembered;
  return guessWorkspace(machine.fs, context.cwd, options.home);
}

/** Whether `start` would find somewhere to keep the login. */
function hasPlaceForStore(looking: Looking): boolean {
  const { machine, options } = looking;
  if (isAbsolute(options.store) || workspaceOf(looking) !== null) return true;
  return isMountPoint(readMounts(machine.fs), MOUNT_ROOT);
}

/**
 * What the lifecycle hook would have done, had there been one.
 * @returns whether it said something: its findings, as the hook says them
 */
async function startFromHere(looking: Looking): Promise<boolean> {
  const { machine, options, context } = looking;
  const workspace = workspaceOf(looking);
  let hasSpoken = false;
  const saying: Context = {
    ...context,
    out: () => undefined,
    err: (text) => {
      hasSpoken ||= text !== "";
      context.err(text);
    },
  };
  const places = ["--home", options.home, "--store", options.store];
  const named = workspace === null ? [] : ["--workspace", workspace];
  await runStartOn(machine, ["--wait", START_WAIT, ...places, ...named], saying);
  return hasSpoken;
}
