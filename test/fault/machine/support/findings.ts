import { expect } from "vitest";
import type { Finding } from "../../../../src/report/finding.ts";
import type { StartReport } from "../../../../src/report/start-report.ts";

/** What a finding must say: what it is about, why, and the command that helps. */
export interface Expected {
  readonly path: string;
  readonly cause: RegExp;
  readonly command: RegExp;
}

/** One finding of the report has path, cause and command. */
export function expectFinding(report: StartReport | null, { path, cause, command }: Expected): void {
  const findings: readonly Finding[] = report?.findings ?? [];
  const found = findings.some(
    ({ message, hint }) => `${message}\n${hint}`.includes(path) && cause.test(message) && command.test(hint),
  );
  expect(found, `${path}, ${cause.source}, ${command.source} in ${JSON.stringify(findings)}`).toBe(true);
}
