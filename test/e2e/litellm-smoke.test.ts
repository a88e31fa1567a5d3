import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, expect, it, onTestFinished } from "vitest";
import { describeAnswer } from "../../src/env/endpoint/describe-answer.ts";
import { probeEndpoint, type EndpointAnswer } from "../../src/env/endpoint/probe-endpoint.ts";
import { findLeak } from "../support/leak.ts";
import { findClient } from "./support/client.ts";
import { startLiteLlm, type LiteLlm } from "./support/litellm.ts";

const WRONG_KEY = "sk-wrong-canary-0123456789abcdef";

let proxy: LiteLlm;
beforeAll(async () => {
  proxy = await startLiteLlm();
  return () => proxy.stop();
}, 900_000);

async function probe(over: Partial<Parameters<typeof probeEndpoint>[0]> = {}): Promise<EndpointAnswer> {
  const known = { baseUrl: proxy.url, kind: "auth-token", token: proxy.masterKey } as const;
  const answer = await probeEndpoint({ ...known, headers: [], env: new Map(), timeoutMs: 60_000, ...over });
  const said = JSON.stringify([answer, describeAnswer(answer)]);
  for (const secret of [proxy.masterKey, WRONG_KEY]) expect(findLeak(said, secret)).toBeNull();
  return answer;
}

it("the real client answers through LiteLLM with its key as a token", async () => {
  const home = mkdtempSync(join(tmpdir(), "claude-credentials-home-"));
  onTestFinished(() => {
    rmSync(home, { recursive: true, force: true });
  });
  const env = {
    ...{ PATH: "/usr/bin:/bin", HOME: home, DISABLE_AUTOUPDATER: "1" },
    ...{ ANTHROPIC_BASE_URL: proxy.url, ANTHROPIC_AUTH_TOKEN: proxy.masterKey },
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  };

  const { stdout, stderr } = await execa(findClient(), ["-p", "hi"], {
    ...{ cwd: home, env, extendEnv: false, reject: false, input: "", timeout: 120_000 },
  });

  expect(stdout, stderr).toBe("pong");
  expect(proxy.upstreamRequests).toContain("POST /v1/messages");
});

it("LiteLLM is reached with the right key, which is told from wrong ones", async () => {
  expect(await probe()).toMatchObject({ outcome: "ok", isLiteLlm: true, models: 1 });
  expect(await probe({ kind: "api-key" })).toMatchObject({ outcome: "ok" });
  expect(await probe({ token: WRONG_KEY })).toMatchObject({ outcome: "unauthorized", isLiteLlm: true });
  expect(await probe({ token: "no-key-of-litellm-at-all" })).toMatchObject({ outcome: "unauthorized" });
});

it("a base URL that is one path too long is told so", async () => {
  const answer = await probe({ baseUrl: `${proxy.url}/v1` });

  expect(answer).toMatchObject({ outcome: "not-found", status: 404 });
  expect(describeAnswer(answer).hint).toContain("take the /v1 off");
});
