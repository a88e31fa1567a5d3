import { expect, it } from "vitest";
import type { Measurement } from "../../../../scripts/bench/measurement.ts";
import { renderPage } from "../../../../scripts/bench/render-page.ts";
import { renderPlot } from "../../../../scripts/bench/render-plot.ts";
import { measuredRows, renderTable } from "../../../../scripts/bench/render-table.ts";
import { tagsOf } from "../record/svg.ts";

const samples = new Map([
  ["shell", [700, 800, 900, 1000, 9000]],
  ["node", [50_000]],
  ["unchanged through Node", [75_000]],
  ["installed bytes", [650_000]],
]);

const measurement: Measurement = {
  samples,
  packed: { bytes: 660_000, largest: 700_000 },
  machine: "Node v20, linux, 2 x processor, 8 GiB",
  day: "2026-11-23",
  rounds: 30,
  migrationRounds: 8,
  isWhole: true,
};

it("the table shows medians in milliseconds, and no row that was not measured", () => {
  const [, ...rows] = renderTable(samples).split("\n");
  expect(rows.map((row) => row.replaceAll(/ {2,}/g, "|"))).toEqual([
    "sh -c :|0.9|0.7|9.0",
    "node -e 0|50.0|50.0|50.0",
    "start, nothing to change|75.0|75.0|75.0",
  ]);
});

it("the page says what was measured, on what, and next to which goals", () => {
  const page = renderPage(measurement, "performance.svg");
  expect(page).toContain("- Node v20, linux, 2 x processor, 8 GiB, 2026-11-23\n");
  expect(page).toContain("- medians of 30 rounds, of 8 where 10,000 files are moved.");
  expect(page).toContain("](performance.svg)\n");
  expect(page).toContain("| packed Feature below 700 kB | 660.0 kB | met |\n");
  expect(page).toContain("| sh -c : | 0.9 | 0.7 | 9.0 | a shell that does nothing |\n");
  expect(page).toContain("- added to an image that has a Node: 650.0 kB of files\n");
});

it("a goal that is missed is said to be, with where the time goes", () => {
  const page = renderPage(measurement, "performance.svg");
  const goal = "start that needs Node and changes nothing at most 1.4 times `node -e 0`";
  expect(page).toContain(`| ${goal} | 1.50 times | **missed** |\n`);
  expect(page).toContain(`\nMissed: ${goal}. The launcher and `);
  const met = renderPage({ ...measurement, samples: new Map([["node", [50_000]]]) }, "performance.svg");
  expect(met).not.toContain("issed");
});

it("the plot is well formed, on a light page and a dark one, and fetches nothing", () => {
  const row = { label: "a < b & c", meaning: "", median: 2, fastest: 1, slow: 4 };
  const svg = renderPlot([{ title: "Bars", rows: [row, { ...row, label: "d", median: 4, slow: 4 }] }]);
  expect(tagsOf(svg).open).toEqual([]);
  expect(svg).toContain(">a &lt; b &amp; c</text>");
  expect(svg).toContain("@media (prefers-color-scheme:dark){");
  expect(svg.replace("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|<script|@import|href/);
});

it("a bar is as long as its median, by the scale of its group", () => {
  const row = { label: "a", meaning: "", median: 2, fastest: 1, slow: 4 };
  const svg = renderPlot([
    { title: "one", rows: [row, { ...row, median: 4 }] },
    { title: "other", rows: [{ ...row, median: 100, fastest: 100, slow: 100 }] },
  ]);
  const [short, long, other] = [...svg.matchAll(/class="bar".*?width="([\d.]+)"/g)].map(([, width]) =>
    Number(width),
  );
  expect(long).toBe(other);
  expect(short).toBe((long ?? 0) / 2);
});

it("every row that is measured is shown in its group", () => {
  expect(measuredRows(samples).map(({ title, rows }) => [title, rows.length])).toEqual([
    ["Without Node", 1],
    ["With Node", 2],
  ]);
});
