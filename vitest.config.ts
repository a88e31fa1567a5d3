import { defineConfig } from "vitest/config";

const isSample = process.env["FAULTS"] === "some";
const followsSystemCalls = process.platform === "linux" && process.arch === "x64";

export default defineConfig({
  test: {
    // One less than the cores, which is the default, leaves half of a machine of two cores idle.
    maxWorkers: "100%",
    projects: [
      // One process for many files: making one for each takes longer than most of them.
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          isolate: false,
          testTimeout: 30_000,
          // A machine that does other things needs more than a second for a process or a connection to end.
          expect: { poll: { timeout: 20_000 } },
        },
      },
      { test: { name: "property", include: ["test/property/**/*.test.ts"], testTimeout: 60_000 } },
      {
        test: {
          name: "faults",
          include: ["test/fault/**/*.test.ts"],
          exclude: [
            // What is followed from outside are the system calls of Linux on x86-64.
            ...(followsSystemCalls ? [] : ["test/fault/outside/**"]),
            // A sample is for the minute before a commit; mounting takes longer.
            ...(isSample ? ["test/fault/machine/**"] : []),
          ],
          testTimeout: 120_000,
          // Of a fault found by a draw, the message at the end of a run may be all that is left.
          chaiConfig: { truncateThreshold: 0 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: ["test/e2e/support/global-setup.ts"],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
