import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startBackground, waitUntilReady } from "./background.ts";
import { testBed } from "./bed.ts";
import { startFakeUpstream } from "./fake-upstream.ts";
import { installLiteLlm } from "./litellm-install.ts";
import { freePort } from "./registry.ts";
import { cacheDirectory } from "./run-directory.ts";

/** A real LiteLLM proxy on 127.0.0.1. */
export interface LiteLlm {
  /** For `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** The one key that it takes: it has no database to hold others. */
  readonly masterKey: string;
  /** Method and path of what it asked the model behind it, in order. */
  readonly upstreamRequests: readonly string[];
  readonly stop: () => Promise<void>;
}

/**
 * Starts LiteLLM with a fake model behind it that any model of Claude's leads to. Takes some ten seconds; where LiteLLM
 * was not installed yet, minutes.
 */
export async function startLiteLlm(): Promise<LiteLlm> {
  const { directory } = testBed();
  const python = await installLiteLlm(cacheDirectory(), directory);
  const upstream = await startFakeUpstream();
  try {
    const port = await freePort();
    const name = `litellm-${port}`;
    const masterKey = `sk-${randomBytes(24).toString("hex")}`;
    const config = join(directory, `${name}.yaml`);
    // JSON is YAML too.
    writeFileSync(config, JSON.stringify(configuration(masterKey, upstream.port)), { mode: 0o600 });
    const where = ["--host", "127.0.0.1", "--port", String(port), "--num_workers", "1"];
    const server = ["-m", "litellm.proxy.proxy_cli", "--config", config, ...where, "--telemetry", "False"];
    // Nothing of this machine's environment, a proxy's address least of all.
    const clean = ["-i", "PATH=/usr/bin:/bin", `HOME=${directory}`, "LITELLM_LOCAL_MODEL_COST_MAP=True"];
    const background = startBackground(directory, name, "env", [...clean, python, ...server]);
    const url = `http://127.0.0.1:${port}`;
    await waitUntilReady(background, () => isAlive(url), 180);
    return {
      url,
      masterKey,
      upstreamRequests: upstream.requests,
      stop: async () => {
        await background.stop();
        await upstream.stop();
      },
    };
  } catch (error) {
    await upstream.stop();
    throw error;
  }
}

/** Every model of Claude's, and one by name, since a pattern is not among the models that it lists. */
function configuration(masterKey: string, upstreamPort: number): unknown {
  const models = ["claude-*", "claude-for-the-list"].map((name) => ({
    model_name: name,
    litellm_params: {
      model: `anthropic/${name}`,
      api_base: `http://127.0.0.1:${upstreamPort}`,
      api_key: "any-key",
    },
  }));
  return {
    model_list: models,
    litellm_settings: { telemetry: false },
    general_settings: { master_key: masterKey },
  };
}

async function isAlive(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/liveliness`, { signal: AbortSignal.timeout(5000) })).ok;
  } catch {
    // Not listening yet.
    return false;
  }
}
