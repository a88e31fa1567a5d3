import { expect, test } from "vitest";
import { describeLive } from "../../../src/live/describe-live.ts";
import { judgeRun } from "../../../src/live/judge-run.ts";
import { answer } from "./stand-in.ts";

const CANARY = "sk-ant-oat01-canary-canary";

interface Judged {
  readonly name: string;
  readonly code?: number | null;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly kind: string;
  readonly seen: RegExp;
}

const JUDGED: readonly Judged[] = [
  {
    name: "an answer",
    code: 0,
    stdout: answer(),
    kind: "answered",
    seen: /answered after 2\.5 s \(claude-sonnet/,
  },
  {
    ...{ name: "an answer with a model that has no known name", code: 0, kind: "answered" },
    ...{
      stdout: answer({ modelUsage: { [CANARY]: {} } }),
      seen: /answered after 2\.5 s through the stored login/,
    },
  },
  {
    ...{ name: "a 401", kind: "refused", seen: /server refused/ },
    stdout: answer({ is_error: true, result: `API Error: 401 ${CANARY}` }),
  },
  {
    ...{ name: "a login that was refused", kind: "logged-out", seen: /not logged in/ },
    stdout: answer({ is_error: true, result: "Not logged in · Please run /login" }),
  },
  {
    name: "a quota",
    kind: "limited",
    seen: /no room/,
    stdout: answer({ is_error: true, result: "429 rate limit" }),
  },
  {
    name: "no network",
    kind: "unreachable",
    seen: /not be reached/,
    stderr: "connect ECONNREFUSED 127.0.0.1:9",
  },
  {
    name: "an unknown flag",
    kind: "too-old",
    seen: /does not know a flag/,
    stderr: "error: unknown option '--tools'",
  },
  {
    name: "no JSON",
    code: 0,
    kind: "failed",
    seen: /without an answer \(exit code 0\)/,
    stdout: `hello ${CANARY}`,
  },
  { name: "a signal", code: null, kind: "failed", seen: /exit code none/ },
  {
    name: "an error that says success",
    code: 0,
    kind: "failed",
    seen: /without/,
    stdout: answer({ is_error: true }),
  },
  { name: "a failure after an answer", code: 1, kind: "failed", seen: /exit code 1/, stdout: answer() },
];

test.each(JUDGED)("$name is $kind, and none of the client's words are passed on", (row) => {
  const { code = 1, stdout = "", stderr = CANARY } = row;
  const judged = judgeRun({ kind: "ended", code, stdout, stderr: `${stderr} ${CANARY}` });
  expect(judged.kind).toBe(row.kind);
  const check = describeLive(judged, "the stored login", 2.5);
  const results: Readonly<Record<string, string>> = { answered: "ok", limited: "warning" };
  expect(check.result).toBe(results[row.kind] ?? "error");
  expect(check.seen).toMatch(row.seen);
  expect(check.fix === null).toBe(row.kind === "answered");
  expect(JSON.stringify(check)).not.toContain("canary");
});

test("a run that took too long, and one that could not begin, are told with what to do", () => {
  expect(describeLive(judgeRun({ kind: "timeout", pid: null }), "x", 61)).toMatchObject({
    result: "error",
    seen: "no answer within 61 s; it was ended",
  });
  expect(describeLive(judgeRun({ kind: "timeout", pid: 77 }), "x", 91).seen).toContain(
    "process 77 has not ended",
  );
  expect(describeLive(judgeRun({ kind: "not-started", errnoCode: "EACCES" }), "x", 0).seen).toContain(
    "EACCES",
  );
});
