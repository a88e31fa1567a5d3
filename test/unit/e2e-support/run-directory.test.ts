import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { claimFor, isAlive, startBackground, stopRecorded } from "../../e2e/support/background.ts";
import { createRunDirectory, removeRunDirectory, sweepDeadRuns } from "../../e2e/support/run-directory.ts";

let cache: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), "run-directory-"));
  return () => {
    rmSync(cache, { recursive: true, force: true });
  };
});

/** A run's directory whose process is gone, with a program that it started and could not stop. */
async function killedRun(): Promise<{ directory: string; record: string }> {
  const owner = spawn("sleep", ["60"]);
  const directory = join(cache, "runs", String(owner.pid));
  mkdirSync(directory, { recursive: true });
  claimFor(owner.pid ?? 0, `${directory}.owner`);
  startBackground(directory, "left-over", "sleep", ["60"]);
  const record = join(cache, "record-of-left-over");
  writeFileSync(record, readFileSync(join(directory, "pids", "left-over")));
  owner.kill("SIGKILL");
  await once(owner, "exit");
  return { directory, record };
}

it("what a killed run left is ended and removed by the next", async () => {
  const { directory, record } = await killedRun();
  expect(isAlive(record)).toBe(true);

  expect(await sweepDeadRuns(cache)).toContain(directory);

  expect(isAlive(record)).toBe(false);
  expect(existsSync(directory)).toBe(false);
  expect(existsSync(`${directory}.owner`)).toBe(false);
});

it("a run that is going on is left alone", async () => {
  const directory = createRunDirectory(cache);
  const program = startBackground(directory, "in-use", "sleep", ["60"]);
  onTestFinished(() => program.stop());

  expect(await sweepDeadRuns(cache)).toEqual([]);

  expect(isAlive(join(directory, "pids", "in-use"))).toBe(true);
  await removeRunDirectory(directory);
  expect(existsSync(directory)).toBe(false);
});

it("a process id that somebody else has by now is not taken for the run's own", async () => {
  const { directory, record } = await killedRun();
  // The number of a living process, ours, with the start time of another.
  writeFileSync(join(directory, "pids", "left-over"), `${process.pid} 1\n`);

  await sweepDeadRuns(cache);
  const survives = isAlive(record);
  await stopRecorded(record);

  expect(survives).toBe(true);
  expect(existsSync(directory)).toBe(false);
});
