import { expect, test } from "vitest";
import { FINDING_SEVERITY, type FindingCode } from "../../../src/report/finding.ts";
import { runMain } from "../../support/machine.ts";

const PAGE = new URL("../../../docs/claude-credentials.mjs", import.meta.url).pathname;
const codes = Object.keys(FINDING_SEVERITY) as FindingCode[];

async function explain(...args: string[]) {
  return await runMain(["explain", ...args], { bundlePath: PAGE });
}

test.each(codes)("%s is explained: how much it matters, what it is, what to do", async (code) => {
  const { code: exitCode, out, err } = await explain(code);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
  const [title, blank, first] = out.split("\n");
  expect([title, blank]).toEqual([code, ""]);
  expect(first).toMatch(new RegExp(`^${FINDING_SEVERITY[code]}\\. `));
  expect(out).toMatch(/\n\n(What to do|Nothing to do|Nothing need be done)/);
  expect(out).not.toContain("## ");
  const as = JSON.parse((await explain(code, "--json")).out) as { findings: { text: string }[] };
  expect(as).toEqual({
    version: 1,
    findings: [{ code, severity: FINDING_SEVERITY[code], text: as.findings[0]?.text }],
  });
});

test("a code is known in small letters too", async () => {
  expect((await explain("link_foreign")).out).toBe((await explain("LINK_FOREIGN")).out);
});

test("without a code all are listed", async () => {
  const { code, out } = await explain();
  expect(code).toBe(0);
  expect(
    out
      .trimEnd()
      .split("\n")
      .map((line) => line.split(/ +/)[1]),
  ).toEqual(codes);
});

test.each([
  ["an unknown code", ["LINK_\u001b[2J"], "there is no finding 'LINK_\\x1b[2J'"],
  ["two codes", ["A", "B"], "more than one code"],
  ["an unknown flag", ["--code", "A"], "--code"],
])("%s is refused", async (_, args, said) => {
  const { code, out, err } = await explain(...args);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toContain(said);
});

test("where the page is not installed that is said", async () => {
  const { code, err } = await runMain(["explain", "LINK_FOREIGN"], { bundlePath: "/nowhere/bundle.mjs" });
  expect(code).toBe(1);
  expect(err).toContain("/nowhere/findings.md is not there");
});
