import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FAST } from "../place.ts";
import { buildStrike } from "./build-strike.ts";

/** Runs a shell script in a directory of its own; only what is below that counts. */
function run(script: string, ...options: string[]) {
  const directory = mkdtempSync(join(FAST, "cc-strike-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const args = [
    "--out",
    `${directory}.trace`,
    "--below",
    directory,
    ...options,
    "--",
    "/bin/sh",
    "-c",
    script,
  ];
  let code = 0;
  try {
    execFileSync(buildStrike(), args, { cwd: directory, stdio: "pipe" });
  } catch (error) {
    code = (error as { status: number }).status;
  }
  const trace = readFileSync(`${directory}.trace`, "utf8").replaceAll(directory, "");
  rmSync(`${directory}.trace`);
  return {
    code,
    trace: trace.trimEnd().split("\n"),
    has: (name: string) => existsSync(join(directory, name)),
  };
}

const SCRIPT = "mkdir a; mkdir b; printf 12345678 > c; mkdir d";
/** Where `SCRIPT` makes `b`, and where it writes `c`. */
const [B, C] = [1, 3];

test("every call of every process is listed once", () => {
  const { code, trace } = run(SCRIPT);
  expect(code).toBe(0);
  const changes = trace.filter((line) => /\t[ms]\t/.test(line));
  expect(changes.map((line) => line.replace(/^\d+\t/, ""))).toEqual([
    "s\t777\tmkdir\t/a",
    "s\t777\tmkdir\t/b",
    "s\t666\topenat\t/c",
    "s\t0\twrite\t/c",
    "s\t777\tmkdir\t/d",
  ]);
});

function at(change: number): string {
  const { trace } = run(SCRIPT);
  return trace.filter((line) => /\t[ms]\t/.test(line))[change]?.split("\t")[0] ?? "";
}

test("killed at a call, the call is not made and no process lives on", () => {
  const { code, has } = run(SCRIPT, "--at", at(B), "--fault", "kill");
  expect([code, has("a"), has("b"), has("c")]).toEqual([137, true, false, false]);
});

test("only the process that makes the call is killed", () => {
  const { code, has } = run(SCRIPT, "--at", at(B), "--fault", "killproc");
  expect([code, has("b"), has("c")]).toEqual([0, false, true]);
});

test("a signal ends the program, and the call is made", () => {
  const { code, has } = run(`trap 'exit 7' TERM; ${SCRIPT}`, "--at", at(C), "--fault", "signal:15");
  expect([code, has("c"), has("d")]).toEqual([7, true, false]);
});

test("an error comes once", () => {
  const { has } = run(SCRIPT, "--at", at(B), "--fault", `error:${constants.errno.EIO}`);
  expect([has("a"), has("b"), has("d")]).toEqual([true, false, true]);
});

test("a full disk stays full", () => {
  const { has } = run(SCRIPT, "--at", at(B), "--fault", `from:${constants.errno.ENOSPC}`);
  expect([has("a"), has("b"), has("c"), has("d")]).toEqual([true, false, false, false]);
});

test("a write takes half, then the disk is full", () => {
  const { has, code } = run(`${SCRIPT}; test "$(cat c)" = 1234`, "--at", at(C), "--fault", "short");
  expect([code, has("d")]).toEqual([0, false]);
});

test("a command is run right before the call", () => {
  const { has, code } = run(`${SCRIPT}; test -e e`, "--at", at(B), "--fault", "run:test ! -e b && : > e");
  expect([code, has("b")]).toEqual([0, true]);
});
