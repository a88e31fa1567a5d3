import type { Outcome } from "../apply/outcome.ts";
import { changeLines } from "./change-lines.ts";
import { RESULTS, type Check, type DoctorReport } from "./check.ts";
import { printable } from "./printable.ts";

/**
 * The verdict, what was mended, and a row for each check with what mends it below.
 * @param mended what `--fix` changed; null without it
 * @param home as it is shortened to `~`
 */
export function renderDoctor(
  { checks }: DoctorReport,
  mended: readonly Outcome[] | null,
  home: string,
): string {
  const lines = [
    `claude-credentials: ${verdict(checks)}`,
    ...(mended === null ? [] : [mended.length === 0 ? "mended: nothing" : "mended:"]),
    ...changeLines(mended ?? [], home),
    ...checks.flatMap(rowsOf),
  ];
  return `${lines.join("\n")}\n`;
}

function verdict(checks: readonly Check[]): string {
  const counts = RESULTS.map((result) => ({
    result,
    count: checks.filter((one) => one.result === result).length,
  }));
  const told = counts.filter(({ result, count }) => count > 0 && result !== "skipped").reverse();
  return told.map(({ result, count }) => `${count.toString()} ${result}`).join(", ");
}

function rowsOf({ name, result, seen, fix, code }: Check): string[] {
  return [
    `  ${result.padEnd(8)}  ${name.padEnd(15)}  ${printable(seen)}`,
    ...(fix === null ? [] : [`            ${printable(fix)}`]),
    ...(code === undefined ? [] : [`            more: claude-credentials explain ${code}`]),
  ];
}
