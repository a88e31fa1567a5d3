import { describe, test } from "vitest";
import { amount, drawing } from "./drawing.ts";
import type { Scenario } from "./scenarios.ts";
import { START, type Subject } from "./subject.ts";
import { sweep } from "./sweep.ts";
import { expectNothingWrong, tallies } from "./tally.ts";

/**
 * One test for each scenario. `FAULTS=all` strikes every call with everything, `FAULTS=some` with a sample drawn by
 * `SEED`; `SCENARIO=name` runs those whose name has that in it.
 * @param usualOneIn of the usual faults one in so many is drawn, where all of them take too long for every run
 */
export function describeSweeps(
  title: string,
  scenarios: readonly Scenario[],
  { subject = START, usualOneIn = 1 }: { readonly subject?: Subject; readonly usualOneIn?: number } = {},
): void {
  const all = amount() === "all";
  const isDrawn = drawing(title, usualOneIn);
  const only = process.env["SCENARIO"] ?? "";
  const collect = tallies();

  // Modes must be right whatever the umask is.
  process.umask(0);

  describe(title, () => {
    for (const scenario of scenarios.filter(({ name }) => name.includes(only))) {
      test(scenario.name, { timeout: 3_600_000 }, async () => {
        const tally = await sweep(scenario, all ? "all" : scenario.depth, isDrawn, subject);
        collect(tally);
        expectNothingWrong(tally);
      });
    }
  });
}
