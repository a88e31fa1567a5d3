import { existsSync, readFileSync } from "node:fs";
import type { Tally } from "./tally.ts";

/** A line of the table: counts alone. */
export type Row = Readonly<Record<(typeof COLUMNS)[number], number>> & { readonly scenario: string };

const COLUMNS = ["calls", "faults", "lost", "exposed", "unusable", "unsaid", "notHealed"] as const;
const HEAD = ["scenario", "calls", "faults injected", "lost", "exposed", "unusable", "unsaid", "not healed"];

export function rowOf({ scenario, calls, faults, lost, exposed, unusable, unsaid, notHealed }: Tally): Row {
  return {
    ...{ scenario, calls, faults, lost: lost.length, exposed: exposed.length, unusable: unusable.length },
    ...{ unsaid: unsaid.length, notHealed: notHealed.length },
  };
}

/** Reads the rows that the tests of a run wrote, one JSON text a line, ordered by scenario. */
export function readRows(file: string): Row[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines
    .map((line) => JSON.parse(line) as Row)
    .sort((a, b) => a.scenario.localeCompare(b.scenario, "en", { numeric: true }));
}

/** The table as text, with a line of sums at its end. */
export function renderTable(rows: readonly Row[]): string {
  const sums = COLUMNS.map((column) => rows.reduce((sum, row) => sum + row[column], 0));
  const body = rows.map((row) => [row.scenario, ...COLUMNS.map((column) => String(row[column]))]);
  const lines = [HEAD, ...body, ["all", "", ...sums.slice(1).map(String)]];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const place = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return lines.map((line) => line.map(place).join("  ")).join("\n");
}
