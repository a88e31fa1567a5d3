import type { Parameters } from "fast-check";
import { amount, type Amount } from "../fault/drawing.ts";

/** `SEED=123 CASES=1000 npm run test:property` runs just these. */
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
const cases = process.env["CASES"];

const TREES: Readonly<Record<Amount, number>> = { some: 100, usual: 1000, all: 20_000 };

/** So many pairs of trees are drawn, by what `FAULTS` says: each takes tens of milliseconds. */
export function casesOfTrees(): number {
  return TREES[amount()];
}

/** Milliseconds that these may take on a busy machine, and that finding the smallest failure may take. */
export function treesTimeout(): number {
  return 60_000 + 1000 * casesOfTrees();
}

/** Parameters for `fc.assert`; the seed is printed, so that any run can be had again. */
export function seeded<T>(runs: number): Parameters<T> {
  console.log(`SEED=${seed}`);
  return { seed, numRuns: cases === undefined ? runs : Number(cases), endOnFailure: false };
}
