import type { Outcome } from "../apply/outcome.ts";
import { displayPath } from "../layout.ts";
import { RESULTS, type Check } from "./check.ts";
import type { CheckName } from "./check-table.ts";

/**
 * The checks after the mending, those that got better with what was done.
 * @param home as it is shortened to `~`
 */
export function markMended(
  before: readonly Check[],
  after: readonly Check[],
  outcomes: readonly Outcome[],
  home: string,
): Check[] {
  return after.map((check) => {
    const was = before.filter(({ name }) => name === check.name);
    const isBetter = rank(was) >= RESULTS.indexOf("info") && rank(namedAs(check, after)) < rank(was);
    return outcomes.length > 0 && isBetter
      ? { ...check, seen: `fixed: ${whatWasDone(check.name, was, outcomes, home)}; now: ${check.seen}` }
      : check;
  });
}

function namedAs({ name }: Check, checks: readonly Check[]): Check[] {
  return checks.filter((one) => one.name === name);
}

/** What happened at the paths that were wrong; else in a word. */
function whatWasDone(
  name: CheckName,
  was: readonly Check[],
  outcomes: readonly Outcome[],
  home: string,
): string {
  const paths = new Set(was.flatMap(({ path }) => path ?? []));
  const own = name === "start" ? outcomes : outcomes.filter(({ path }) => paths.has(path));
  const done = own.map(({ path, reason }) => `${reason} (${displayPath(path, home)})`);
  if (done.length === 0) return "claude-credentials start was run";
  return [...done.slice(0, NAMED), ...(done.length > NAMED ? ["and more"] : [])].join(", ");
}

/** So many are named. */
const NAMED = 3;

/** How bad the worst row is. */
function rank(rows: readonly Check[]): number {
  return Math.max(...rows.map(({ result }) => RESULTS.indexOf(result)));
}
