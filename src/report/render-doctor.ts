import type { Outcome } from "../apply/outcome.ts";
import { changeLines } from "./change-lines.ts";
import { isBad, RESULTS, type Check, type CheckResult, type DoctorReport } from "./check.ts";
import { CHECK_GROUPS, type CheckName } from "./check-table.ts";
import { advice, dim, paint, paragraph, symbol, type Page, type Tone } from "./page.ts";

const TONES: Readonly<Record<CheckResult, Tone>> = {
  ok: "good",
  skipped: "none",
  info: "note",
  warning: "warning",
  error: "bad",
  failed: "bad",
};

const PLURALS: Partial<Record<CheckResult, string>> = { error: "errors", warning: "warnings" };

/** Columns of a row before what was seen: the result's word, and the check's name. */
const RESULT_WIDTH = 9;
const NAME_WIDTH = 17;
const INDENT = 2 + RESULT_WIDTH + NAME_WIDTH;

/**
 * The verdict, what was mended, and a row for each check with what mends it below, group by group.
 * @param mended what `--fix` changed; null without it
 * @param home as it is shortened to `~`
 */
export function renderDoctor(
  { checks }: DoctorReport,
  mended: readonly Outcome[] | null,
  home: string,
  page: Page,
): string {
  const groups = Object.entries(CHECK_GROUPS).flatMap(([group, names]) => {
    const has: readonly CheckName[] = names;
    const rows = checks.filter(({ name }) => has.includes(name)).flatMap((check) => rowsOf(page, check));
    return ["", dim(page, group), ...rows];
  });
  const lines = [
    ...paragraph(page, "claude-credentials: ", verdict(checks), 2),
    ...(mended === null ? [] : [mended.length === 0 ? "mended: nothing" : "mended:"]),
    ...changeLines(mended ?? [], home).flatMap((line) => paragraph(page, "  ", line.trimStart(), 4)),
    ...groups,
  ];
  return `${lines.join("\n")}\n`;
}

/** How it stands in a few words, then what needs somebody first. */
function verdict(checks: readonly Check[]): string {
  const counts = [...RESULTS]
    .reverse()
    .map((result) => ({ result, count: checks.filter((one) => one.result === result).length }))
    .filter(({ count }) => count > 0)
    .map(({ result, count }) => `${count.toString()} ${count > 1 ? (PLURALS[result] ?? result) : result}`);
  const isWarned = checks.some(({ result }) => result === "warning");
  const words = checks.some(isBad)
    ? "something is wrong"
    : isWarned
      ? "something wants attention"
      : "nothing is wrong";
  return `${words}: ${counts.join(", ")}`;
}

function rowsOf(page: Page, { name, result, seen, fix, code }: Check): string[] {
  const tone = TONES[result];
  const mark = symbol(page, tone);
  const start = `  ${mark}${paint(page, tone, result)}${" ".repeat(RESULT_WIDTH - result.length - mark.length)}`;
  const [first = "", ...more] = paragraph(page, " ".repeat(INDENT), seen, INDENT);
  const below = (text: string): string[] => advice(page, INDENT, text);
  return [
    `${start}${name.padEnd(NAME_WIDTH)}${first.slice(INDENT)}`,
    ...more,
    ...(fix === null ? [] : below(fix)),
    ...(code === undefined ? [] : below(`more: claude-credentials explain ${code}`)),
  ];
}
