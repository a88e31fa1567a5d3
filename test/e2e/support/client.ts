import { accessSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FakeAnthropic } from "./fake-anthropic.ts";

const CLIENT_IN_CONTAINER = "/usr/local/bin/claude";
const CERTIFICATE_IN_CONTAINER = "/usr/local/share/fake-anthropic.pem";
const PLATFORM_PACKAGES = ["claude-code-linux-x64", "claude-code-linux-arm64"];

/**
 * The pinned Claude Code client on this machine, out of its platform package (the wrapper package needs an
 * install script to find it; those are off here). Throws, with the command that installs it, where it is missing.
 */
export function findClient(): string {
  const paths = PLATFORM_PACKAGES.map((name) =>
    fileURLToPath(new URL(`../node_modules/@anthropic-ai/${name}/claude`, import.meta.url)),
  );
  const found = paths.find(isExecutable);
  if (found === undefined)
    throw new Error("the Claude Code client is not installed: npm ci --prefix test/e2e");
  return found;
}

/**
 * What a devcontainer.json says to have the client in its container: `claude` bind-mounted read-only (its binary
 * is too big to install into each image), speaking to `fake` and to nobody else.
 */
export function withClient(fake: FakeAnthropic): {
  readonly runArgs: readonly string[];
  readonly containerEnv: Readonly<Record<string, string>>;
} {
  const mounts = [
    `${findClient()}:${CLIENT_IN_CONTAINER}:ro`,
    `${fake.certificatePath}:${CERTIFICATE_IN_CONTAINER}:ro`,
  ];
  return {
    runArgs: ["--network=host", ...mounts.map((mount) => `--volume=${mount}`)],
    containerEnv: clientEnvironment(fake, CERTIFICATE_IN_CONTAINER),
  };
}

/** The environment that leads a client to `fake`; `certificatePath` is where the client finds its certificate. */
export function clientEnvironment(
  fake: FakeAnthropic,
  certificatePath: string = fake.certificatePath,
): Readonly<Record<string, string>> {
  return {
    HTTPS_PROXY: fake.proxyUrl,
    NODE_EXTRA_CA_CERTS: certificatePath,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Another platform's package, or none: the caller says what to do.
    return false;
  }
}
