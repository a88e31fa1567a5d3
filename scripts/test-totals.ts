import { existsSync, readFileSync } from "node:fs";

/** What became of one suite. */
export interface SuiteResult {
  readonly name: string;
  readonly seconds: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Reads vitest's JSON report of a suite. A suite that ended badly counts at least one failure, also when the report
 * is missing or names none: it crashed, or a file of it could not be loaded. So does one that ran no test.
 */
export function readSuiteResult(
  name: string,
  reportFile: string,
  endedWell: boolean,
  seconds: number,
): SuiteResult {
  const report = existsSync(reportFile) ? readReport(readFileSync(reportFile, "utf8")) : undefined;
  if (report === undefined) return { name, seconds, passed: 0, failed: 1, skipped: 0 };
  const sound = endedWell && report.passed + report.failed > 0;
  return { name, seconds, ...report, failed: sound ? report.failed : Math.max(1, report.failed) };
}

/** A line for each suite, with its time in minutes. */
export function tableOf(results: readonly SuiteResult[]): readonly string[] {
  return results.map(({ name, seconds, passed, failed, skipped }) => {
    const skips = skipped > 0 ? `, ${skipped} skipped` : "";
    return `${name.padEnd(10)} ${(seconds / 60).toFixed(1)} min   ${passed} passed, ${failed} failed${skips}`;
  });
}

/** The line that everything ends with: the totals over all suites. */
export function closingLine(results: readonly SuiteResult[]): string {
  const sum = (key: "passed" | "failed" | "skipped"): number =>
    results.reduce((total, result) => total + result[key], 0);
  const skips = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
  return `${sum("passed")} passed, ${sum("failed")} failed${skips}`;
}

function readReport(text: string): Pick<SuiteResult, "passed" | "failed" | "skipped"> | undefined {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const counts = report as Record<string, unknown>;
  const count = (key: string): number => (typeof counts[key] === "number" ? counts[key] : 0);
  return {
    passed: count("numPassedTests"),
    failed: count("numFailedTests"),
    skipped: count("numPendingTests") + count("numTodoTests"),
  };
}
