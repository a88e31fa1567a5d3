import { expect, test } from "vitest";
import { ACCEPTANCE } from "./acceptance.ts";
import { build } from "./build.ts";
import { expectedOf } from "./expected.ts";
import { allPairs, nameOf, pairsOf, pairwiseRows, type Row } from "./pairs.ts";

const ROWS = pairwiseRows();

test("the rows show each value with each other that it can be seen with, and each has a name of its own", () => {
  const shown = new Set(ROWS.flatMap(pairsOf));
  expect([...allPairs()].filter((pair) => !shown.has(pair))).toEqual([]);
  expect(new Set(ROWS.map(nameOf)).size).toBe(ROWS.length);
});

const CASES: readonly (readonly [string, Row])[] = [
  ...ACCEPTANCE.map(([id, row]) => [`${id}: ${nameOf(row)}`, row] as const),
  ...ROWS.map((row) => [nameOf(row), row] as const),
];

test.each(CASES)("%s", async (_, row) => {
  const machine = build(row);
  const { code, report, err, mutations } = await machine.status("--workspace", machine.work);
  const relative = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll(machine.root, ""));
  expect(relative({ code, report })).toEqual(relative(expectedOf(row, machine)));
  expect({ err, mutations }).toEqual({ err: "", mutations: [] });
});
