import { afterAll, describe, expect, test } from "vitest";
import type { Scenario } from "./scenarios.ts";
import { sweep, type Sweep } from "./sweep.ts";

/** Of `FAULTS=some`: one in so many is tried, so that a run takes seconds. */
const ONE_IN = 8;

/**
 * One test for each scenario, and a table of them all. `FAULTS=all` strikes every call with everything,
 * `FAULTS=some` with a sample drawn by `SEED`; `SCENARIO=name` runs those whose name has that in it.
 */
export function describeSweeps(title: string, scenarios: readonly Scenario[]): void {
  const all = process.env["FAULTS"] === "all";
  const isDrawn = process.env["FAULTS"] === "some" ? drawing(title) : () => true;
  const only = process.env["SCENARIO"] ?? "";
  const sweeps: Sweep[] = [];

  // Modes must be right whatever the umask is.
  process.umask(0);

  describe(title, () => {
    for (const scenario of scenarios.filter(({ name }) => name.includes(only))) {
      test(scenario.name, { timeout: all ? 3_600_000 : 120_000 }, async () => {
        const result = await sweep(scenario, all ? "all" : scenario.depth, isDrawn);
        sweeps.push(result);
        const { lost, exposed, unusable, unsaid, notHealed } = result;
        const wrong = { lost, exposed, unusable, unsaid, notHealed };
        expect(wrong).toEqual({ lost: [], exposed: [], unusable: [], unsaid: [], notHealed: [] });
      });
    }

    afterAll(() => {
      if (sweeps.length > 0) console.log(table(sweeps));
    });
  });
}

/** Draws one in `ONE_IN` by a linear congruential generator; the seed is printed, so that any run can be had again. */
function drawing(title: string): () => boolean {
  const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
  console.log(`${title}: SEED=${seed}`);
  let state = BigInt(seed);
  return () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return (state >> 33n) % BigInt(ONE_IN) === 0n;
  };
}

function table(sweeps: readonly Sweep[]): string {
  const head = [
    "scenario",
    "calls",
    "faults injected",
    "lost",
    "exposed",
    "unusable",
    "unsaid",
    "not healed",
  ];
  const rows = sweeps.map(({ scenario, calls, faults, lost, exposed, unusable, unsaid, notHealed }) => [
    scenario,
    ...[calls, faults, ...[lost, exposed, unusable, unsaid, notHealed].map((list) => list.length)].map(
      String,
    ),
  ]);
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0), title.length),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ");
  return [head, ...rows].map(line).join("\n");
}
