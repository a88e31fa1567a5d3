import { describe, test } from "vitest";
import { amount, seededDraw } from "../drawing.ts";
import { expectNothingWrong, newTally, tallies } from "../tally.ts";
import { learn, type KnownState } from "./bench.ts";
import { layOutProduct } from "./built-product.ts";
import { KILL, KILL_PROCESS, SIGNALS, type OutsideFault } from "./faults.ts";
import { inTurn } from "./in-turn.ts";
import { STATES } from "./states.ts";
import { strikePoint, type Point } from "./strike-point.ts";

const TITLE = "the built start, ended at a file-system call";
const draw = seededDraw(TITLE);
const product = await layOutProduct();
const collect = tallies();

// Modes must be right whatever the umask is.
process.umask(0);

/**
 * Each call of the first migration that changes something, one in three of the other states', and one in 24 of the calls
 * that only read, which come to the same as the next change; in a sample a few of all.
 */
function killPoints({ calls }: KnownState, isFirst: boolean): Point[] {
  const isDrawn = {
    some: () => draw(calls.length) < 3,
    usual: (at: number) => draw(calls[at]?.kind === "reads" ? 24 : isFirst ? 1 : 3) === 0,
    all: () => true,
  }[amount()];
  return [...calls.keys()].filter(isDrawn).map((at) => ({ at, fault: KILL }));
}

/** At every call of the first migration, where most is at stake; of the other states at some. */
function pointsWith(fault: OutsideFault, { calls }: KnownState, isFirst: boolean): Point[] {
  const count = { some: 0.4, usual: 12, all: isFirst ? Infinity : 100 }[amount()];
  return [...calls.keys()]
    .filter(() => draw(1000) < (1000 * count) / calls.length)
    .map((at) => ({ at, fault }));
}

describe.concurrent(TITLE, () => {
  test.for(STATES)("D01: $name, killed", { timeout: 3_600_000 }, async (scenario) => {
    const state = await learn(product, scenario);
    const tally = newTally(`bundle, killed: ${scenario.name}`, state.calls.length);
    await inTurn(killPoints(state, scenario === STATES[0]), (point) =>
      strikePoint(product, state, [point], tally),
    );
    collect(tally);
    expectNothingWrong(tally);
  });

  test.for(STATES)(
    "D02: $name, its process killed or told to stop",
    { timeout: 3_600_000 },
    async (scenario) => {
      const state = await learn(product, scenario);
      const tally = newTally(`bundle, told to stop: ${scenario.name}`, state.calls.length);
      const points = [KILL_PROCESS, ...SIGNALS].flatMap((fault) =>
        pointsWith(fault, state, scenario === STATES[0]),
      );
      await inTurn(points, (point) => strikePoint(product, state, [point], tally));
      collect(tally);
      expectNothingWrong(tally);
    },
  );
});
