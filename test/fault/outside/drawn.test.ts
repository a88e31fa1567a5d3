import { expect, test } from "vitest";
import { amount, seededDraw } from "../drawing.ts";
import { expectNothingWrong, newTally, tallies, type Tally } from "../tally.ts";
import { learn, type KnownState } from "./bench.ts";
import { layOutProduct } from "./built-product.ts";
import { faultsOf, KILL } from "./faults.ts";
import { inTurn } from "./in-turn.ts";
import { STATES } from "./states.ts";
import { strikePoint, type Point } from "./strike-point.ts";

const draw = seededDraw("the built start, drawn faults");
const product = await layOutProduct();
const collect = tallies();

// Modes must be right whatever the umask is.
process.umask(0);

/** Draws until so many were struck: a run may be over before it comes to a call. */
async function strikeDrawn(
  title: string,
  count: number,
  drawPoints: (state: KnownState) => Point[],
): Promise<Tally> {
  const states: KnownState[] = [];
  for (const scenario of STATES) states.push(await learn(product, scenario));
  const tally = newTally(
    title,
    states.reduce((sum, { calls }) => sum + calls.length, 0),
  );
  await inTurn([...Array(count).keys()], async () => {
    for (let isStruck = false; !isStruck;) {
      const state = states[draw(states.length)];
      if (state === undefined) throw new Error("there are no states");
      isStruck = await strikePoint(product, state, drawPoints(state), tally);
    }
  });
  collect(tally);
  return tally;
}

test.concurrent("D01 to D05: a state, a fault and a call, drawn", { timeout: 3_600_000 }, async () => {
  const count = { some: 10, usual: 400, all: 1500 }[amount()];
  const tally = await strikeDrawn("bundle, drawn: all states", count, ({ calls }) => {
    const at = draw(calls.length);
    const faults = calls[at] === undefined ? [KILL] : faultsOf(calls[at]);
    return [{ at, fault: faults[draw(faults.length)] ?? KILL }];
  });
  expectNothingWrong(tally);
  expect(tally.faults).toBe(count);
});

test.concurrent("D08: killed, and the run after it killed as well", { timeout: 3_600_000 }, async () => {
  const count = { some: 3, usual: 100, all: 500 }[amount()];
  const tally = await strikeDrawn("bundle, killed twice: all states", count, ({ calls }) =>
    [0, 1].map(() => ({ at: draw(calls.length), fault: KILL })),
  );
  expectNothingWrong(tally);
  expect(tally.faults).toBe(2 * count);
});
