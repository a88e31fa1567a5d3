import { cacheDirectory, sweepDeadRuns } from "./run-directory.ts";

// Run by itself after a test run that was killed: ends the daemon and removes the files that it left.
for (const directory of await sweepDeadRuns(cacheDirectory())) {
  console.log(`Removed what a killed test run left: ${directory}`);
}
