import { lstatSync } from "node:fs";
import { join } from "node:path";
import { exposed, locksLeft, look, lost, torn, unfinished, unusable } from "../checker.ts";
import { ageLocks } from "../age-locks.ts";
import { unsaid } from "../check-output.ts";
import { removePlace, type Place } from "../place.ts";
import type { Tally } from "../tally.ts";
import { allWrong, type KnownState } from "./bench.ts";
import type { BuiltProduct } from "./built-product.ts";
import { describeFault, renderFault, type OutsideFault } from "./faults.ts";
import { runLauncher, type Manner, type StruckRun } from "./strike.ts";

/** A fault at a call of a state. */
export interface Point {
  readonly at: number;
  readonly fault: OutsideFault;
  readonly manner?: Manner;
}

/**
 * Builds the state, runs `start` on it with each fault in turn (the second one in a run that follows the first), and
 * then once more, undisturbed; notes in `tally` what was wrong after each.
 * @returns false where the run was over before it came to a fault
 */
export async function strikePoint(
  product: BuiltProduct,
  state: KnownState,
  points: readonly Point[],
  tally: Tally,
): Promise<boolean> {
  const place = state.scenario.build();
  const where: string[] = [];
  const note = (list: string[], wrong: readonly string[]): void => {
    if (wrong.length > 0)
      list.push(`${where.join(", then ")}: ${wrong.join("; ")}`.replaceAll(place.root, ""));
  };
  try {
    let isElsewhere = false;
    for (const point of points) {
      const strike = { at: point.at, fault: renderFault(point.fault) };
      const run = await runLauncher(product, place, strike, point.manner);
      const [call] = run.calls;
      if (call === undefined) return false;
      where.push(`${describeFault(point.fault)} at ${point.at} ${call.name}(${call.paths.join(", ")})`);
      isElsewhere ||= isRefusal(state, point, call.paths);
      checkStruck(state, point, place, run, tally, note, isElsewhere);
      ageLocks(place);
    }
    tally.faults += points.length;
    const again = await runLauncher(product, place);
    const now = look(place);
    const wrong = isElsewhere ? lost(now, state.before) : allWrong(place, now, state.before);
    if (again.hung) wrong.push("hung");
    if (again.exitCode !== 0 && !isElsewhere) wrong.push(`exit code ${again.exitCode}: ${again.err}`);
    note(tally.notHealed, wrong);
    note(tally.exposed, exposed(now));
    return true;
  } finally {
    removePlace(place);
  }
}

function checkStruck(
  state: KnownState,
  point: Point,
  place: Place,
  run: StruckRun,
  tally: Tally,
  note: (list: string[], wrong: readonly string[]) => void,
  isElsewhere: boolean,
): void {
  const { fault } = point;
  const { before } = state;
  const then = look(place);
  note(tally.lost, [...lost(then, before), ...torn(place).map((path) => `torn: ${path}`)]);
  note(tally.exposed, exposed(then));
  if (run.hung) note(tally.notHealed, ["hung"]);
  if (fault.kind === "kill") return;
  note(tally.unsaid, wrongExit(point, run));
  if (fault.kind === "killproc") return;
  if (!isBeyondRepair(place, point)) note(tally.unusable, unusable(place, before));
  if (fault.kind === "signal") note(tally.notHealed, locksLeft(then));
  else if (point.manner !== "hook")
    note(tally.unsaid, unsaid(run, isElsewhere ? [] : unfinished(place, then, before)));
}

/** 128+n for a signal that the launcher got itself; never a failure of the hook for anything else. */
function wrongExit({ fault, manner }: Point, { exitCode, err }: StruckRun): readonly string[] {
  const right =
    fault.kind === "signal"
      ? [128 + fault.number]
      : manner === "hook"
        ? [0]
        : fault.kind === "killproc"
          ? [1]
          : [0, 1];
  return right.includes(exitCode) ? [] : [`exit code ${exitCode}: ${err}`];
}

/** A store that may not be looked at or written to is passed over for the next place: another end than the usual one. */
function isRefusal(state: KnownState, { at, fault }: Point, paths: readonly string[]): boolean {
  return (
    at < state.chosen &&
    "errno" in fault &&
    ["EACCES", "EPERM", "EROFS"].includes(fault.errno) &&
    paths.some((path) => /[/](workspace|elsewhere)\b/.test(path))
  );
}

/**
 * Between the two renames of a swap, on a disk that turns read-only or breaks: nobody can put anything back there. Told
 * by what is there: a slow machine makes more calls than the run that was learnt from (it touches its locks).
 */
function isBeyondRepair({ home }: Place, { fault }: Point): boolean {
  const isFrozen = fault.kind === "from" && fault.errno !== "ENOSPC";
  return isFrozen && lstatSync(join(home, ".claude"), { throwIfNoEntry: false }) === undefined;
}
