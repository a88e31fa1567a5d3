import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { judgeGoals } from "./bench/goals.ts";
import { measure, type Measurement } from "./bench/measurement.ts";
import { renderPage } from "./bench/render-page.ts";
import { renderPlot } from "./bench/render-plot.ts";
import { measuredRows, renderTable } from "./bench/render-table.ts";
import { ROOT } from "./build.ts";
import { BuildError } from "./bundle.ts";
import { kilobytes } from "./package.ts";

const [PAGE, PLOT] = ["performance.md", "performance.svg"];

/** What a terminal is shown of it. */
function render(measurement: Measurement): string {
  const { samples, packed, machine, rounds, migrationRounds, isWhole } = measurement;
  return [
    `${machine}, ${rounds} rounds, ${migrationRounds} where 10,000 files are moved`,
    "",
    renderTable(samples),
    "",
    ...judgeGoals(samples, packed).map(
      ({ text, measured, isMet }) => `${isMet ? "met   " : "missed"}  ${text}: ${measured}`,
    ),
    "",
    ...(isWhole
      ? []
      : [
          "The launcher and two file systems are measured only as root on Linux, where they can be set up aside.",
          "",
        ]),
    `packed Feature: ${kilobytes(packed.bytes)}`,
  ].join("\n");
}

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "30" }, write: { type: "boolean", default: false } },
});
try {
  if (!/^[1-9]\d{0,3}$/.test(values.rounds))
    throw new BuildError(`--rounds must be a number, not '${values.rounds}'`);
  const measurement = await measure(Number(values.rounds));
  console.log(render(measurement));
  if (values.write && !measurement.isWhole)
    throw new BuildError("--write needs root on Linux: the page is of all rows");
  if (values.write) {
    writeFileSync(join(ROOT, "docs", PAGE), renderPage(measurement, PLOT));
    writeFileSync(join(ROOT, "docs", PLOT), renderPlot(measuredRows(measurement.samples)));
  }
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
