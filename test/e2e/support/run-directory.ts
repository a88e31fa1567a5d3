import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureDirSync } from "fs-extra/esm";
import { attempt } from "./command.ts";
import { endStrayProcesses } from "./stray-processes.ts";
import { claimFor, isAlive, stopRecorded } from "./background.ts";

/**
 * Where base images are kept between runs, and where each run has a directory of its own. Not below root's home: it
 * is closed to the developers of other uids that the cases act as.
 */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return env["E2E_CACHE"] || "/var/cache/claude-credentials-e2e";
}

const ownerOf = (directory: string): string => `${directory}.owner`;

const runsDirectory = (cache: string): string => join(cache, "runs");

/**
 * Makes this process's own directory below the cache. Runs at the same time do not meet: each has its daemon, its
 * registries and its projects in here.
 */
export function createRunDirectory(cache: string): string {
  const directory = join(runsDirectory(cache), String(process.pid));
  ensureDirSync(runsDirectory(cache));
  // The owner first: a directory without a living one is swept away by whoever starts next.
  claimFor(process.pid, ownerOf(directory));
  ensureDirSync(directory, { mode: 0o755 });
  return directory;
}

/** Ends whatever the run left: processes by their recorded ids, mounts, files. Safe to call twice. */
export async function removeRunDirectory(directory: string): Promise<void> {
  for (const record of entries(join(directory, "pids"))) await stopRecorded(join(directory, "pids", record));
  await endStrayProcesses(directory);
  for (const mountPoint of mountsBelow(directory)) await attempt("umount", ["-l", mountPoint]);
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  rmSync(ownerOf(directory), { force: true });
}

/** Removes the directories of runs whose process is gone: killed ones, that had no chance to clean up. */
export async function sweepDeadRuns(cache: string): Promise<readonly string[]> {
  const names = new Set(entries(runsDirectory(cache)).map((name) => name.replace(/\.owner$/, "")));
  const dead = [...names]
    .map((name) => join(runsDirectory(cache), name))
    .filter((directory) => !isAlive(ownerOf(directory)));
  for (const directory of dead) await removeRunDirectory(directory);
  return dead;
}

/** Mount points below a directory, the innermost first. */
export function mountsBelow(directory: string): readonly string[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .map((line) => (line.split(" ")[4] ?? "").replaceAll("\\040", " "))
    .filter((mountPoint) => mountPoint.startsWith(`${directory}/`))
    .reverse();
}

function entries(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
