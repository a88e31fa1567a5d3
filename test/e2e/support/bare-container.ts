import { testBed } from "./bed.ts";
import { run } from "./command.ts";

/**
 * Runs a shell script in a new container of `image` with that volume for the login, and nothing else of what a dev
 * container tool does: no lifecycle hook, no entrypoint. Returns standard output.
 * @param volume its name; null for none
 */
export async function inBareContainer(
  image: string,
  volume: string | null,
  script: string,
  { input = "", user = "vscode" } = {},
): Promise<string> {
  const mount =
    volume === null ? [] : ["--mount", `type=volume,source=${volume},target=/var/lib/claude-credentials`];
  const how = ["--rm", "--interactive", "--network=none", "--user", user, "--env", "HOME=/home/vscode"];
  const command = [...mount, "--entrypoint", "sh", image, "-c", script];
  return (await run("docker", ["run", ...how, ...command], { env: testBed().env, input })).stdout;
}
