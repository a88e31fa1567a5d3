import { describe, expect, test } from "vitest";
import { FINDING_SEVERITY } from "../../../src/report/finding.ts";
import type { StartReport } from "../../../src/report/start-report.ts";
import { TestMachine, type Run } from "../../support/machine.ts";
import { ERROR_HOME, ERROR_STATES, type ErrorState } from "./error-states.ts";

/** A start in the row's state, which each has to itself: the next one may have nothing to tell any more. */
async function run(row: ErrorState, ...flags: readonly string[]): Promise<Run> {
  const machine = new TestMachine({ ...row.options, tree: { ...ERROR_HOME, ...row.options?.tree } });
  await row.prepare?.(machine);
  return machine.startWith("--workspace", machine.work, ...(row.flags ?? []), ...flags);
}

/** A command, or the file that is to be edited. */
const NEXT =
  /claude-credentials start|git -C |sudo |\bls -l|printf |rm |mount it|option 'store'|devcontainer\.json/;

describe("H01: an error that start tells of", () => {
  test.each(ERROR_STATES)("$code, $name: path, cause and next step, and nothing else", async (row) => {
    const { code, out, err } = await run(row, "--strict", "--json");
    const texts = await run(row, "--verbose");
    const { findings } = JSON.parse(out) as StartReport;

    expect(code).toBe(1);
    expect(texts.code).toBe(0);
    const errors = findings.filter(({ severity }) => severity === "error");
    expect(errors.map((told) => told.code)).toContain(row.code);
    for (const { message, hint, path = "(no path)" } of errors) {
      expect(message).toContain(path);
      expect(message.replaceAll(path, "").split(" ").length, message).toBeGreaterThan(4);
      expect(hint).toMatch(NEXT);
    }
    const all = [out, err, texts.out, texts.err].join("\n");
    expect(all).not.toMatch(/^\s+at .*[:(]|defect/m);
    expect(all).not.toContain("canary");
    expect(texts.err).toContain(`claude-credentials: error ${row.code}: `);
  });

  test("is one of these, of all that there are; two are told where no start runs", () => {
    const errors = Object.entries(FINDING_SEVERITY).filter(([, severity]) => severity === "error");
    const told = new Set<string>([
      ...ERROR_STATES.map(({ code }) => code),
      "RUNTIME_MISSING",
      "RENEWAL_FAILED",
    ]);
    expect(errors.map(([code]) => code).filter((code) => !told.has(code))).toEqual([]);
  });
});
