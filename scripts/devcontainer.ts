import { createRequire } from "node:module";
import { execa } from "execa";

const CLI = createRequire(import.meta.url).resolve("@devcontainers/cli/devcontainer.js");

/** What the devcontainer CLI said: its result on standard output, its log on standard error. */
export interface DevcontainerResult {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the devcontainer CLI that this checkout depends on.
 * @throws Error with all the CLI said, where it fails
 */
export async function runDevcontainer(args: readonly string[], cwd: string): Promise<DevcontainerResult> {
  const { stdout, stderr, failed, exitCode } = await execa(process.execPath, [CLI, ...args], {
    cwd,
    stdin: "ignore",
    reject: false,
  });
  if (failed) {
    const said = [stderr, stdout].filter((text) => text !== "").join("\n");
    throw new Error(
      `devcontainer ${args.slice(0, 2).join(" ")} ended with ${exitCode ?? "a signal"}:\n${said}`,
    );
  }
  return { stdout, stderr };
}
