import { isMutating, type Call, type Fault } from "../support/faulty-file-system.ts";
import { ageLocks } from "./age-locks.ts";
import { unsaid } from "./check-output.ts";
import { exposed, leftOver, look, lost, remember, unusable, type Before } from "./checker.ts";
import { removePlace } from "./place.ts";
import { chosenAt, isRefusal } from "./refusal.ts";
import type { Scenario } from "./scenarios.ts";
import type { Subject } from "./subject.ts";
import { newTally, type Tally } from "./tally.ts";

/** How much is tried: every fault at every call; what each call may meet; that at changes alone; the worst of it. */
export type Depth = "all" | "reads" | "changes" | "worst";

function faultsFor(call: Call, depth: Depth): Fault[] {
  const once = (errno: string): Fault => ({ kind: "once", errno });
  const from = (errno: string): Fault => ({ kind: "from", errno });
  const changes = isMutating(call.name);
  const short: Fault[] = call.name === "write" ? [{ kind: "short" }, { kind: "half" }] : [];
  // What only reads needs no room and no writable file system; a stop there is one before the next change.
  if (!changes && depth !== "all") return depth === "reads" ? [once("EIO")] : [];
  if (depth === "worst") return [once("EIO"), from("ENOSPC"), ...short, { kind: "stop" }];
  // Lasting, the two that are left out are harder.
  const errnos = ["EIO", "EACCES", "EPERM", ...(depth === "changes" ? [] : ["ENOSPC", "EROFS"])];
  return [...errnos.map(once), ...["ENOSPC", "EROFS"].map(from), ...short, { kind: "stop" }];
}

/**
 * Strikes every call in turn, each time on a fresh place, then runs what is to heal it, undisturbed.
 * @param isDrawn says of each fault whether it is among those to be tried
 */
export async function sweep(
  scenario: Scenario,
  depth: Depth,
  isDrawn: () => boolean,
  subject: Subject,
): Promise<Tally> {
  const { calls, before } = await undisturbed(scenario, subject);
  const result = newTally(scenario.name, calls.length);
  const chosen = chosenAt(calls);
  for (const [at, call] of calls.entries()) {
    const faults = faultsFor(call, depth).filter((fault) => at >= chosen || !isRefusal(call, fault));
    const change = calls.slice(at).find(({ name }) => isMutating(name)) ?? call;
    for (const fault of faults.filter(isDrawn))
      await strike(scenario, result, before, { at, call, change }, fault, subject);
  }
  return result;
}

/** A run that nothing disturbs: all must be right after it, and nothing left to do for the next. */
async function undisturbed(
  scenario: Scenario,
  { run, unfinished }: Subject,
): Promise<{ calls: readonly Call[]; before: Before }> {
  const place = scenario.build();
  try {
    const before = remember(place, scenario.newest);
    const fileSystems = scenario.fileSystems?.(place) ?? {};
    const { calls, exitCode, err } = await run(place, fileSystems);
    const now = look(place);
    const wrong = [
      ...lost(now, before),
      ...unfinished(place, now, before),
      ...leftOver(now, before),
      ...exposed(now),
    ];
    if (exitCode !== 0) wrong.push(`exit code ${String(exitCode)}: ${err}`);
    const second = await run(place, fileSystems);
    wrong.push(
      ...second.calls.filter(({ name }) => isMutating(name)).map((call) => `second run: ${named(call)}`),
    );
    if (wrong.length > 0) throw new Error(`${scenario.name}, undisturbed: ${wrong.join("; ")}`);
    return { calls, before };
  } finally {
    removePlace(place);
  }
}

async function strike(
  scenario: Scenario,
  result: Tally,
  before: Before,
  { at, call, change }: Struck,
  fault: Fault,
  subject: Subject,
): Promise<void> {
  const place = scenario.build();
  try {
    const fileSystems = scenario.fileSystems?.(place) ?? {};
    const run = await subject.run(place, { ...fileSystems, at, fault });
    if (!run.struck) return;
    result.faults += 1;
    const where = `${fault.kind} ${"errno" in fault ? fault.errno : ""} at ${at} ${named(call)}`;
    const note = (list: string[], wrong: readonly string[]): void => {
      if (wrong.length > 0) list.push(`${where}: ${wrong.join("; ")}`.replaceAll(place.root, ""));
    };
    const then = look(place);
    note(result.lost, lost(then, before));
    note(result.exposed, [...exposed(then), ...run.exposed]);
    if (fault.kind !== "stop") {
      if (!isBeyondRepair(change, fault)) note(result.unusable, unusable(place, before));
      note(result.unsaid, unsaid(run, subject.unfinished(place, then, before)));
    }
    ageLocks(place);
    const again = await subject.again(place, fileSystems);
    const now = look(place);
    note(result.notHealed, [
      ...lost(now, before).map((what) => `lost: ${what}`),
      ...subject.healed(place, now, before),
      ...subject.leftOver(now, before),
      ...(again.exitCode === 0 ? [] : [`exit code ${String(again.exitCode)}: ${again.err}`]),
    ]);
    note(result.exposed, [...exposed(now), ...again.exposed]);
  } finally {
    removePlace(place);
  }
}

/** A call that is struck, and the first one from there on that changes something. */
interface Struck {
  readonly at: number;
  readonly call: Call;
  readonly change: Call;
}

/** Between the two renames of a swap, on a disk that turns read-only: nobody can put anything back there. */
function isBeyondRepair(change: Call, fault: Fault): boolean {
  return fault.kind === "from" && fault.errno === "EROFS" && ["rename", "rmdir"].includes(change.name);
}

function named({ name, path }: Call): string {
  return `${name}(${path})`;
}
