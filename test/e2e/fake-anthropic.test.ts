import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it, onTestFinished } from "vitest";
import { clientEnvironment, findClient } from "./support/client.ts";
import { fakeServers } from "./support/client-session.ts";
import type { FakeAnthropic } from "./support/fake-anthropic.ts";

interface Outcome {
  readonly exitCode: number | undefined;
  readonly stdout: string;
}

interface Client {
  /** Path of its `.credentials.json`. */
  readonly credential: string;
  readonly run: (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Outcome>;
}

/** The real client on this machine, without a container, logged in in a home of its own. */
async function loggedInClient(fake: FakeAnthropic): Promise<Client> {
  const home = mkdtempSync(join(tmpdir(), "claude-credentials-home-"));
  onTestFinished(() => {
    rmSync(home, { recursive: true, force: true });
  });
  async function run(
    args: readonly string[],
    extra: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const env = { PATH: "/usr/bin:/bin", HOME: home, ...clientEnvironment(fake), ...extra };
    const options = { cwd: home, env, extendEnv: false, reject: false, input: "", timeout: 60_000 };
    const { exitCode, stdout } = await execa(findClient(), args, options);
    return { exitCode, stdout };
  }
  const login = await run(["auth", "login"], {
    CLAUDE_CODE_OAUTH_REFRESH_TOKEN: fake.issueRefreshToken(),
    CLAUDE_CODE_OAUTH_SCOPES: "user:inference user:profile",
  });
  expect(login).toMatchObject({ exitCode: 0 });
  return { credential: join(home, ".claude", ".credentials.json"), run };
}

interface Credential {
  readonly claudeAiOauth: { readonly accessToken: string; readonly refreshToken: string };
}

function readCredential(path: string): Credential {
  return JSON.parse(readFileSync(path, "utf8")) as Credential;
}

it("a refresh token is good for one use: the client whose copy was spent is logged out", async () => {
  const fake = await fakeServers();
  fake.setAccessTokenSeconds(5);
  const { run, credential } = await loggedInClient(fake);
  const { accessToken, refreshToken } = readCredential(credential).claudeAiOauth;
  expect(fake.tokens.refresh(refreshToken, 60).kind, "somebody else uses a copy").toBe("rotated");
  await expect.poll(() => fake.tokens.accepts(accessToken), { timeout: 10_000 }).toBe(false);

  expect(await run(["-p", "hello"])).toMatchObject({ exitCode: 1 });

  expect(fake.tokens.refusedReuses).toBe(1);
  expect(readCredential(credential).claudeAiOauth.accessToken).toBe("");
});

it("an access token that was never issued is answered with 401", async () => {
  const fake = await fakeServers();
  const { run, credential } = await loggedInClient(fake);
  expect(await run(["-p", "hello"])).toMatchObject({ exitCode: 0, stdout: "pong" });
  const forged = {
    ...readCredential(credential).claudeAiOauth,
    accessToken: "made-up",
    refreshToken: undefined,
  };
  writeFileSync(credential, JSON.stringify({ claudeAiOauth: forged }));

  expect(await run(["-p", "hello"])).toMatchObject({ exitCode: 1 });

  expect(fake.count("/v1/messages", 401)).toBeGreaterThan(0);
});
