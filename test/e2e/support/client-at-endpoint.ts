import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { findClient } from "./client.ts";
import { createCertificateAuthority } from "./fake-certificates.ts";
import { startFakeUpstream } from "./fake-upstream.ts";

export type Variables = Readonly<Record<string, string>>;

/** The real client in the token mode, on this machine, and endpoints for it. */
export interface ClientAtEndpoint {
  /** PEM file of the authority that the endpoint behind TLS has its certificates from; the client knows it. */
  readonly authority: string;
  /** `text` with the ports of the endpoints for `PLAIN` and `TLS`. */
  readonly withPorts: (text: string) => string;
  /**
   * Whether one prompt is answered. `api.example.test` is 127.0.0.1 for it.
   * @param settings the variables of its settings file
   */
  readonly ask: (env: Variables, settings?: Variables) => Promise<boolean>;
  readonly stop: () => Promise<void>;
}

export async function startClientAtEndpoint(): Promise<ClientAtEndpoint> {
  const folder = mkdtempSync(join(tmpdir(), "claude-credentials-e2e-"));
  // A view of /etc/hosts of the client's own.
  const hosts = join(folder, "hosts");
  writeFileSync(hosts, "127.0.0.1 localhost api.example.test\n");
  const authority = await createCertificateAuthority(folder);
  const plain = await startFakeUpstream();
  const secured = await startFakeUpstream(authority);

  async function ask(env: Variables, settings: Variables = {}): Promise<boolean> {
    const home = mkdtempSync(join(folder, "home-"));
    mkdirSync(join(home, ".claude"));
    writeFileSync(join(home, ".claude", "settings.json"), JSON.stringify({ env: settings }));
    const script = 'mount --bind "$1" /etc/hosts && exec "$2" -p hi';
    const command = ["--mount", "sh", "-c", script, "sh", hosts, findClient()];
    const { exitCode, stdout } = await execa("unshare", command, {
      ...{ cwd: home, extendEnv: false, reject: false, input: "", timeout: 60_000 },
      env: {
        ...{ PATH: "/usr/bin:/bin", HOME: home, ANTHROPIC_AUTH_TOKEN: "sk-0123456789" },
        ...{ DISABLE_AUTOUPDATER: "1", CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" },
        ...{ CLAUDE_CODE_MAX_RETRIES: "0", NODE_EXTRA_CA_CERTS: authority.path },
        ...env,
      },
    });
    return exitCode === 0 && stdout.trim() === "pong";
  }

  return {
    authority: authority.path,
    withPorts: (text) => text.replace("PLAIN", String(plain.port)).replace("TLS", String(secured.port)),
    ask,
    stop: async () => {
      await plain.stop();
      await secured.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
