import { ensureDirSync } from "fs-extra/esm";
import type { TestProject } from "vitest/node";
import { ensureBuilt } from "../../../scripts/build.ts";
import { prepareBaseImages } from "./base-images.ts";
import { prepareDeveloperTools } from "./developer.ts";
import { startDockerDaemon } from "./docker-daemon.ts";
import { startGhcrStandIn } from "./ghcr-stand-in.ts";
import { startRegistry } from "./registry.ts";
import { requirePrograms } from "./requirements.ts";
import { cacheDirectory, createRunDirectory, removeRunDirectory, sweepDeadRuns } from "./run-directory.ts";

/** Puts up the test bed; what it returns takes it down again. A failure on the way up leaves nothing behind either. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  requirePrograms();
  await ensureBuilt();
  const cache = cacheDirectory();
  ensureDirSync(cache, { mode: 0o755 });
  await sweepDeadRuns(cache);
  const directory = createRunDirectory(cache);
  const parts: (() => Promise<void>)[] = [() => removeRunDirectory(directory)];
  const takeDown = async (): Promise<void> => {
    for (const stop of parts.splice(0).reverse()) await stop();
  };
  try {
    const daemon = await startDockerDaemon(directory);
    parts.push(daemon.stop);
    const registry = await startRegistry(directory, "registry");
    parts.push(registry.stop);
    const ghcr = await startGhcrStandIn(directory);
    parts.push(ghcr.stop);
    await prepareBaseImages(cache, daemon.env);
    const scratch = prepareDeveloperTools(directory);
    project.provide("bed", {
      directory,
      registry: `localhost:${registry.port}`,
      env: { ...daemon.env, ...ghcr.env, TMPDIR: scratch },
    });
  } catch (error) {
    await takeDown();
    throw error;
  }
  return takeDown;
}
