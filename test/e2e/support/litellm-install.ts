import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { attempt, run } from "./command.ts";

const requirements = fileURLToPath(new URL("../litellm-requirements.txt", import.meta.url));

/** Debian's own first: what a version manager puts on the path may be anything. */
const PYTHONS = ["/usr/bin/python3", "python3"];

/**
 * The Python of a virtual environment that holds LiteLLM and what it needs, in the pinned versions. It is made once for
 * each list of versions and each Python, which takes half a minute and more, and kept in the cache.
 * @param directory this run's own, on the cache's file system: what a cut-short installation leaves goes with it
 */
export async function installLiteLlm(cache: string, directory: string): Promise<string> {
  const { program, version } = await findPython();
  const key = createHash("sha256").update(readFileSync(requirements)).update(version).digest("hex");
  const finished = join(cache, `litellm-${key.slice(0, 16)}`);
  const python = join(finished, "bin", "python");
  if (existsSync(python)) return python;

  const partial = join(directory, "litellm-partial");
  rmSync(partial, { recursive: true, force: true });
  await run(program, ["-m", "venv", partial], { timeout: 120_000 });
  const pinned = ["--no-deps", "--only-binary", ":all:", "--requirement", requirements];
  const quiet = ["--quiet", "--no-input", "--no-compile", "--disable-pip-version-check"];
  await run(join(partial, "bin", "python"), ["-m", "pip", "install", ...quiet, ...pinned], {
    timeout: 900_000,
  });
  try {
    renameSync(partial, finished);
  } catch (error) {
    // Another run was faster: its environment is as good.
    if (!existsSync(python)) throw error;
  }
  return python;
}

async function findPython(): Promise<{ readonly program: string; readonly version: string }> {
  const script = "import ensurepip, sys, venv; print(sys.version)";
  for (const program of PYTHONS) {
    const { exitCode, stdout } = await attempt(program, ["-c", script]);
    if (exitCode === 0) return { program, version: stdout };
  }
  throw new Error("LiteLLM needs Python 3 with venv (on Debian: apt-get install python3-venv)");
}
