import { join } from "node:path";
import { makeCertificates } from "./certificates.ts";
import { run } from "./command.ts";
import { startConnectProxy } from "./connect-proxy.ts";
import { devcontainerProgram, repositoryRoot } from "./devcontainer.ts";
import { startRegistry } from "./registry.ts";

export interface GhcrStandIn {
  /** Leads the devcontainer CLI to it. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

/**
 * The devcontainer CLI asks the network for everything a Feature names in `installsAfter`. This is a registry with
 * TLS on loopback that answers as ghcr.io, reached through a proxy and trusted through a test authority; it holds
 * small Features of the two names that ours wants to come after.
 */
export async function startGhcrStandIn(directory: string): Promise<GhcrStandIn> {
  const certificates = await makeCertificates(join(directory, "certificates"), ["ghcr.io"]);
  const registry = await startRegistry(directory, "ghcr", certificates);
  const proxy = await startConnectProxy(new Map([["ghcr.io:443", registry.port]]));
  const env = {
    HTTPS_PROXY: proxy.url,
    https_proxy: proxy.url,
    NO_PROXY: "localhost,127.0.0.1",
    no_proxy: "localhost,127.0.0.1",
    NODE_EXTRA_CA_CERTS: certificates.authority,
  };
  const source = join(repositoryRoot, "test", "e2e", "support", "ghcr", "src");
  const target = ["--registry", "ghcr.io", "--namespace", "devcontainers/features"];
  await run(devcontainerProgram, ["features", "publish", source, ...target], {
    env: { ...env, TMPDIR: directory },
  });
  return {
    env,
    stop: async () => {
      await proxy.stop();
      await registry.stop();
    },
  };
}
