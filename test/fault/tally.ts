import { appendFileSync } from "node:fs";
import { afterAll, expect } from "vitest";
import { renderTable, rowOf } from "./table.ts";

/** What came out of striking the calls of one scenario. */
export interface Tally {
  readonly scenario: string;
  readonly calls: number;
  faults: number;
  readonly lost: string[];
  readonly exposed: string[];
  /** `start` went on to its end, and the client was left worse off than before. */
  readonly unusable: string[];
  /** Exit code 0 although not all was done, or a failure without a finding. */
  readonly unsaid: string[];
  readonly notHealed: string[];
}

export function newTally(scenario: string, calls: number): Tally {
  return {
    ...{ scenario, calls, faults: 0 },
    ...{ lost: [], exposed: [], unusable: [], unsaid: [], notHealed: [] },
  };
}

/** Fails the test where anything went wrong. */
export function expectNothingWrong({ lost, exposed, unusable, unsaid, notHealed }: Tally): void {
  const wrong = { lost, exposed, unusable, unsaid, notHealed };
  expect(wrong).toEqual({ lost: [], exposed: [], unusable: [], unsaid: [], notHealed: [] });
}

/**
 * Collects the tallies of a test file for the one table over all files, in the file that `FAULTS_TABLE` names; without
 * that they are printed at the file's end.
 */
export function tallies(): (tally: Tally) => void {
  const collected: Tally[] = [];
  afterAll(() => {
    const rows = collected.map(rowOf);
    const file = process.env["FAULTS_TABLE"];
    if (file !== undefined) appendFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    else if (rows.length > 0) console.log(renderTable(rows));
  });
  return (tally) => {
    collected.push(tally);
  };
}
