import { expect, it } from "vitest";
import { judgeGoals } from "../../../../scripts/bench/goals.ts";

const packed = { bytes: 650_000, largest: 700_000 };

/** What became of the goals, by how their text begins. */
function judged(medians: Readonly<Record<string, number>>, size = packed): Record<string, string> {
  const samples = new Map(Object.entries(medians).map(([name, median]) => [name, [median]]));
  return Object.fromEntries(
    judgeGoals(samples, size).map(({ text, measured, isMet }) => [
      text,
      `${isMet ? "met" : "missed"}, ${measured}`,
    ]),
  );
}

it("each goal is a ratio of two medians, and met up to its limit", () => {
  const medians = {
    ...{ shell: 1000, "bash check": 2000, node: 50_000, "unchanged through Node": 70_000 },
    ...{ "unchanged of 0": 1500, "unchanged of 10000": 1500, "unchanged of 100000": 1650 },
    ...{ "cp -a within": 100, "migration within": 131, "cp -a across": 100, "migration across": 130 },
  };
  expect(judged(medians)).toEqual({
    "unchanged start at most 1.5 times `sh -c :`": "met, 1.50 times",
    "unchanged start below the bash check": "met, 0.75 times",
    "flat from 0 to 100,000 files: slowest at most 1.15 times the fastest": "met, 1.10 times",
    "start that needs Node and changes nothing at most 1.4 times `node -e 0`": "met, 1.40 times",
    "migration on one file system at most 1.3 times `cp -a`": "missed, 1.31 times",
    "migration across two at most 1.3 times `cp -a`": "met, 1.30 times",
    "packed Feature below 700 kB": "met, 650.0 kB",
  });
});

it("flat is judged by the slowest, whichever it is", () => {
  const medians = { "unchanged of 0": 1200, "unchanged of 10000": 1000, "unchanged of 100000": 1000 };
  expect(judged(medians)).toMatchObject({
    "flat from 0 to 100,000 files: slowest at most 1.15 times the fastest": "missed, 1.20 times",
  });
});

it("nothing is said of what was not measured", () => {
  expect(judged({ node: 50_000 }, { bytes: 700_000, largest: 700_000 })).toEqual({
    "packed Feature below 700 kB": "missed, 700.0 kB",
  });
});
