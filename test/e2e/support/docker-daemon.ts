import { join } from "node:path";
import { ensureDirSync } from "fs-extra/esm";
import { type Background, startBackground, waitUntilReady } from "./background.ts";
import { attempt } from "./command.ts";

/** Numeric group whose members may use the daemon; no user of the machine is in it. */
export const dockerGroup = 4200;

export interface DockerDaemon {
  /** For the environment of every docker and devcontainer call. */
  readonly env: Readonly<Record<string, string>>;
  /** Removes all containers, then ends the daemon. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a Docker daemon whose every file lies in `directory`. It makes no bridge and no firewall rule: containers
 * have the host's network (`--network=host`) or none, and nothing of the machine's network is changed.
 */
export async function startDockerDaemon(directory: string): Promise<DockerDaemon> {
  const socket = join(directory, "docker.sock");
  // The kernel's limit for a socket's path is 107 bytes, and containerd's is the longest one here.
  const longest = Buffer.byteLength(join(directory, "exec/containerd/containerd.sock.ttrpc"));
  if (longest > 107) throw new Error(`E2E_CACHE is too long for a socket: ${directory}`);
  ensureDirSync(join(directory, "docker-config"));

  const env = {
    DOCKER_HOST: `unix://${socket}`,
    DOCKER_CONFIG: join(directory, "docker-config"),
    DOCKER_BUILDKIT: "0",
  };
  const daemon = startBackground(directory, "dockerd", "dockerd", [
    `--host=unix://${socket}`,
    `--data-root=${join(directory, "data")}`,
    `--exec-root=${join(directory, "exec")}`,
    `--pidfile=${join(directory, "dockerd.pid")}`,
    "--bridge=none",
    "--iptables=false",
    "--ip6tables=false",
    "--ip-forward=false",
    `--group=${dockerGroup}`,
    "--shutdown-timeout=5",
  ]);
  await waitUntilReady(daemon, async () => (await attempt("docker", ["info"], { env })).exitCode === 0, 60);
  return { env, stop: () => stopDaemon(daemon, env) };
}

async function stopDaemon(daemon: Background, env: Readonly<Record<string, string>>): Promise<void> {
  const { stdout } = await attempt("docker", ["ps", "--all", "--quiet"], { env });
  const containers = stdout.split("\n").filter((id) => id !== "");
  if (containers.length > 0) await attempt("docker", ["rm", "--force", "--volumes", ...containers], { env });
  await daemon.stop();
}
