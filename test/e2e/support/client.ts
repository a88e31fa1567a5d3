import { accessSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FakeAnthropic } from "./fake-anthropic.ts";

/** Where the client is bind-mounted in a container. */
export const CLIENT_IN_CONTAINER = "/usr/local/bin/claude";
const CERTIFICATE_IN_CONTAINER = "/usr/local/share/fake-anthropic.pem";

/**
 * The pinned Claude Code client on this machine, out of its platform package (the wrapper package needs an
 * install script to find it; those are off here). Throws, with the command that installs it, where it is missing.
 */
export function findClient(): string {
  const packages = ["claude-code-linux-x64", "claude-code-linux-arm64"];
  for (const name of packages) {
    const path = fileURLToPath(new URL(`../node_modules/@anthropic-ai/${name}/claude`, import.meta.url));
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  throw new Error("the Claude Code client is not installed: npm ci --prefix test/e2e");
}

/** Arguments of `docker run` that put the client and the fake's certificate into a container, read-only. */
export function clientMounts(fake: FakeAnthropic): string[] {
  return [
    `--volume=${findClient()}:${CLIENT_IN_CONTAINER}:ro`,
    `--volume=${fake.certificatePath}:${CERTIFICATE_IN_CONTAINER}:ro`,
  ];
}

/** The environment that makes the client speak to `fake` and to nobody else. */
export function clientEnvironment(fake: FakeAnthropic, place: "here" | "container"): Record<string, string> {
  return {
    HTTPS_PROXY: fake.proxyUrl,
    NODE_EXTRA_CA_CERTS: place === "here" ? fake.certificatePath : CERTIFICATE_IN_CONTAINER,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
  };
}
