import { GROUPS } from "./rows.ts";
import { millisecondsAt, type Samples } from "./samples.ts";

/** The rows that have samples, with their median, their fastest and the 90th of a hundred, in milliseconds. */
export function measuredRows(
  samples: Samples,
): { readonly title: string; readonly rows: readonly MeasuredRow[] }[] {
  const groups = GROUPS.map(({ title, rows }) => ({
    title,
    rows: rows.flatMap(({ name, label, meaning }): MeasuredRow[] => {
      const [median, fastest, slow] = [0.5, 0, 0.9].map((share) => millisecondsAt(samples, name, share));
      if (median == null || fastest == null || slow == null) return [];
      return [{ label, meaning, median, fastest, slow }];
    }),
  }));
  return groups.filter(({ rows }) => rows.length > 0);
}

export interface MeasuredRow {
  readonly label: string;
  readonly meaning: string;
  readonly median: number;
  readonly fastest: number;
  readonly slow: number;
}

/** For a terminal. */
export function renderTable(samples: Samples): string {
  const rows = measuredRows(samples).flatMap((group) => group.rows);
  const width = Math.max(12, ...rows.map(({ label }) => label.length));
  const line = (label: string, cells: readonly string[]): string =>
    `${label.padEnd(width)}${cells.map((cell) => cell.padStart(10)).join("")}`;
  return [
    line("milliseconds", ["median", "fastest", "90 %"]),
    ...rows.map(({ label, median, fastest, slow }) =>
      line(
        label,
        [median, fastest, slow].map((value) => value.toFixed(1)),
      ),
    ),
  ].join("\n");
}
