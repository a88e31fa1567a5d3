import type { Parameters } from "fast-check";

/** `SEED=123 CASES=1000 npm run test:property` runs just these. */
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);
const cases = process.env["CASES"];

/** Parameters for `fc.assert`; the seed is printed, so that any run can be had again. */
export function seeded<T>(runs: number): Parameters<T> {
  console.log(`SEED=${seed}`);
  return { seed, numRuns: cases === undefined ? runs : Number(cases), endOnFailure: false };
}
