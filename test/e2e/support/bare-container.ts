import { testBed } from "./bed.ts";
import { run } from "./command.ts";

/**
 * Runs a shell script as `vscode` in a new container of `image` with a volume for the login, and nothing else of what a
 * dev container tool does: no lifecycle hook, no entrypoint. Returns standard output.
 */
export async function inBareContainer(
  image: string,
  volume: string,
  script: string,
  input = "",
): Promise<string> {
  const mount = `type=volume,source=${volume},target=/var/lib/claude-credentials`;
  const how = ["--rm", "--interactive", "--network=none", "--user", "vscode", "--env", "HOME=/home/vscode"];
  const command = ["--mount", mount, "--entrypoint", "sh", image, "-c", script];
  return (await run("docker", ["run", ...how, ...command], { env: testBed().env, input })).stdout;
}
