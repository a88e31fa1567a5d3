import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const WITHIN = fileURLToPath(new URL("../../../src/commands/within.ts", import.meta.url));

interface Ended {
  readonly out: string;
  readonly signal: string | null;
}

/** Runs `work`, the body of an async function, under a limit in a process of its own. */
async function runWithin(milliseconds: number, work: string): Promise<Ended> {
  const script = `
    import { within } from ${JSON.stringify(WITHIN)};
    const done = await within(${milliseconds.toString()})(async () => { ${work} });
    console.log("done", done);`;
  const args = ["--import", "tsx", "--input-type=module", "--eval", script];
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { cwd: process.cwd(), timeout: 25_000, killSignal: "SIGTERM" },
      (error, out) => {
        resolve({ out, signal: error?.signal ?? null });
      },
    );
  });
}

describe("work under a limit", () => {
  test("is handed on when it is done in time, and keeps the process no longer", async () => {
    expect(await runWithin(20_000, "return 7;")).toEqual({ out: "done 7\n", signal: null });
  });

  test("ends the process when it takes longer, though it waits in a call that nothing interrupts", async () => {
    const work = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);";
    expect(await runWithin(300, work)).toEqual({ out: "", signal: "SIGKILL" });
  });
});
