import { afterAll, describe, expect, test } from "vitest";
import { drawing } from "./drawing.ts";
import type { Scenario } from "./scenarios.ts";
import { sweep, type Sweep } from "./sweep.ts";

/**
 * One test for each scenario, and a table of them all. `FAULTS=all` strikes every call with everything,
 * `FAULTS=some` with a sample drawn by `SEED`; `SCENARIO=name` runs those whose name has that in it.
 */
export function describeSweeps(title: string, scenarios: readonly Scenario[]): void {
  const all = process.env["FAULTS"] === "all";
  const isDrawn = drawing(title);
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
