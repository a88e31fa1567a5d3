import { describe, test } from "vitest";
import { amount, seededDraw } from "../drawing.ts";
import type { Scenario } from "../scenarios.ts";
import { expectNothingWrong, newTally, tallies } from "../tally.ts";
import { learn } from "./bench.ts";
import { layOutProduct } from "./built-product.ts";
import { failuresOf, FULL, SHORT, SIGNALS } from "./faults.ts";
import { inTurn } from "./in-turn.ts";
import { STATES } from "./states.ts";
import { strikePoint, type Point } from "./strike-point.ts";

const TITLE = "the built start, a file-system call failing";
const draw = seededDraw(TITLE);
const product = await layOutProduct();
const collect = tallies();

// Modes must be right whatever the umask is.
process.umask(0);

async function strikeAll(
  title: string,
  scenario: Scenario,
  manner: "hook" | "strict",
  pointsOf: (state: Awaited<ReturnType<typeof learn>>) => readonly Point[],
): Promise<void> {
  const state = await learn(product, scenario, manner);
  const tally = newTally(`bundle, ${title}: ${scenario.name}`, state.calls.length);
  await inTurn(pointsOf(state), (point) => strikePoint(product, state, [point], tally));
  collect(tally);
  expectNothingWrong(tally);
}

describe.concurrent(TITLE, () => {
  test("D04, D05: S1, the disk full from any call on", { timeout: 3_600_000 }, async () => {
    const [first] = STATES;
    if (first === undefined) throw new Error("there are no states");
    // From a call that only reads is from the next one that needs room.
    await strikeAll("disk full", first, "strict", ({ calls }) =>
      calls.flatMap((call, at) => {
        if (call.kind !== "fills" || (amount() === "some" && draw(60) > 0)) return [];
        return [FULL, SHORT]
          .filter((fault) => fault === FULL || failuresOf(call).includes(SHORT))
          .map((fault) => ({ at, fault }));
      }),
    );
  });

  test.for(STATES)("D03, D04: $name, from the hook", { timeout: 3_600_000 }, async (scenario) => {
    const count = { some: 1, usual: 10, all: 200 }[amount()];
    await strikeAll("from the hook", scenario, "hook", ({ calls }) =>
      Array.from({ length: count }, () => {
        const at = draw(calls.length);
        const call = calls[at];
        const faults = call === undefined ? SIGNALS : [...SIGNALS, ...failuresOf(call)];
        return { at, fault: faults[draw(faults.length)] ?? FULL, manner: "hook" };
      }),
    );
  });
});
