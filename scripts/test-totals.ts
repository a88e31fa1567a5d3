import { existsSync, readFileSync } from "node:fs";

/** What became of one suite. */
export interface SuiteResult {
  readonly name: string;
  readonly seconds: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The failed tests, each with its file, its title and how its message begins. */
  readonly failures: readonly string[];
}

/** Of vitest's JSON report, in Jest's format, what is read here. */
interface Report {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly numPendingTests?: number;
  readonly numTodoTests?: number;
  readonly testResults?: readonly {
    readonly name: string;
    readonly message?: string;
    readonly assertionResults?: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

/** So many lines of a failure's message are said again at the end. */
const LINES_OF_MESSAGE = 12;

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
  if (report === undefined) return { name, seconds, passed: 0, failed: 1, skipped: 0, failures: [] };
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

/** What failed, once more: the end of a long log is all that some people get to see. */
export function failuresOf(results: readonly SuiteResult[]): readonly string[] {
  return results.flatMap(({ failures }) => failures.flatMap((failure) => ["", `FAILED ${failure}`]));
}

function readReport(text: string): Omit<SuiteResult, "name" | "seconds"> | undefined {
  let report: Report;
  try {
    report = JSON.parse(text) as Report;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return {
    passed: report.numPassedTests ?? 0,
    failed: report.numFailedTests ?? 0,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
    failures: (report.testResults ?? []).flatMap(({ name, message, assertionResults = [] }) => {
      const failed = assertionResults.filter(({ status }) => status === "failed");
      const messages = failed.map(({ fullName, failureMessages = [] }) =>
        begin(`${name} > ${fullName}\n${failureMessages.join("\n")}`),
      );
      // A file that could not be loaded has a message of its own and no tests.
      return assertionResults.length === 0 && message ? [begin(`${name}\n${message}`)] : messages;
    }),
  };
}

function begin(text: string): string {
  return text.split("\n").slice(0, LINES_OF_MESSAGE).join("\n");
}
