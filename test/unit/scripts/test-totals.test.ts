import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { closingLine, failuresOf, readSuiteResult, tableOf } from "../../../scripts/test-totals.ts";

function reportFile(content: string): string {
  const directory = mkdtempSync(join(tmpdir(), "test-totals-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true });
  });
  const file = join(directory, "report.json");
  writeFileSync(file, content);
  return file;
}

const counts = (passed: number, failed: number, pending = 0): string =>
  JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: pending,
    numTodoTests: 0,
  });

it("a suite's counts are those of its report", () => {
  const result = readSuiteResult("unit", reportFile(counts(5, 2, 1)), false, 60);
  expect(result).toEqual({ name: "unit", seconds: 60, passed: 5, failed: 2, skipped: 1, failures: [] });
});

it("a suite that ended badly without a failed test counts one failure", () => {
  expect(readSuiteResult("unit", reportFile(counts(5, 0)), false, 1).failed).toBe(1);
});

it("a suite that ran no test counts one failure, however it ended", () => {
  expect(readSuiteResult("unit", reportFile(counts(0, 0)), true, 1).failed).toBe(1);
});

it.each([["no report", "/nowhere/report.json"] as const, ["half a report", undefined] as const])(
  "a suite that left %s counts one failure",
  (_what, file) => {
    const result = readSuiteResult("e2e", file ?? reportFile('{"numPassedTests": 5, "num'), false, 1);
    expect(result).toMatchObject({ passed: 0, failed: 1 });
  },
);

it("the closing line adds up all suites and names skipped tests only where there are any", () => {
  const suite = { name: "unit", seconds: 90, passed: 2, failed: 1, skipped: 0, failures: [] };
  expect(closingLine([suite, { ...suite, failed: 0 }])).toBe("4 passed, 1 failed");
  expect(closingLine([suite, { ...suite, skipped: 3 }])).toBe("4 passed, 2 failed, 3 skipped");
  expect(closingLine([])).toBe("0 passed, 0 failed");
  expect(tableOf([suite])).toEqual(["unit       1.5 min   2 passed, 1 failed"]);
});

it("says again at the end what failed, with how its message begins", () => {
  const report = JSON.stringify({
    numPassedTests: 1,
    numFailedTests: 1,
    testResults: [
      {
        name: "/project/a.test.ts",
        assertionResults: [
          { status: "passed", fullName: "adds", failureMessages: [] },
          {
            status: "failed",
            fullName: "takes away",
            failureMessages: ["expected 1 to be 2\n    at line 3"],
          },
        ],
      },
      { name: "/project/b.test.ts", message: "cannot be loaded", assertionResults: [] },
    ],
  });
  expect(failuresOf([readSuiteResult("unit", reportFile(report), false, 1)])).toEqual([
    "",
    "FAILED /project/a.test.ts > takes away\nexpected 1 to be 2\n    at line 3",
    "",
    "FAILED /project/b.test.ts\ncannot be loaded",
  ]);
});
