import { kilobytes } from "../package.ts";
import { judgeGoals } from "./goals.ts";
import type { Measurement } from "./measurement.ts";
import { measuredRows } from "./render-table.ts";

/** The text of docs/performance.md, with the plot named `plot` beside it. */
export function renderPage(measurement: Measurement, plot: string): string {
  const { samples, packed, machine, day, rounds, migrationRounds } = measurement;
  const goals = judgeGoals(samples, packed);
  const missed = goals.filter(({ isMet, because }) => !isMet && because !== "");
  const installed = samples.get("installed bytes")?.[0];
  return [
    "# Performance",
    "",
    "Written by `npm run bench -- --write`; numbers are of one machine and one run, and only to be compared with each other.",
    "",
    `- ${machine}, ${day}`,
    `- medians of ${rounds} rounds, of ${migrationRounds} where 10,000 files are moved. Each round runs every row once, so that what`,
    "  else the machine does falls on all alike",
    "- files are in the page cache before each sample. Where files are moved or copied, what was written before is flushed first, and the",
    "  sample ends when what it wrote is on the disk: `start` sees to that itself, for `cp -a` a `sync -f` is part of the sample",
    "- the size of the store is that of a container in use: linked first, filled afterwards",
    "",
    `![The medians of the table below as bars](${plot})`,
    "",
    "## Goals",
    "",
    "| goal | measured | |",
    "|---|---|---|",
    ...goals.map(
      ({ text, measured, isMet }) => `| ${text} | ${measured} | ${isMet ? "met" : "**missed**"} |`,
    ),
    "",
    ...missed.flatMap(({ text, because }) => [`Missed: ${text}. ${because}`, ""]),
    "Nothing is downloaded where there is a Node: `install.sh` looks for one first.",
    "",
    "## Measured",
    "",
    "Milliseconds: the median, the fastest, and what nine of ten stay below.",
    "",
    ...measuredRows(samples).flatMap(({ title, rows }) => [
      `### ${title}`,
      "",
      "| | median | fastest | 90 % | |",
      "|---|---:|---:|---:|---|",
      ...rows.map(({ label, median, fastest, slow, meaning }) =>
        ["", label, ...[median, fastest, slow].map((value) => value.toFixed(1)), meaning, ""]
          .join(" | ")
          .trim(),
      ),
      "",
    ]),
    "## Sizes",
    "",
    `- packed Feature: ${kilobytes(packed.bytes)}`,
    ...(installed === undefined
      ? []
      : [`- added to an image that has a Node: ${kilobytes(installed)} of files`]),
    "",
    "Not measured here: what a container engine adds to a build for one more layer, and an image without a Node, into which",
    "`install.sh` brings one.",
    "",
  ].join("\n");
}
