import { execa } from "execa";
import { expect, test } from "vitest";
import { BLANK, login, state } from "../../support/login.ts";
import { HOUR, NOW, TestMachine } from "../../support/machine.ts";
import { requireProgram } from "../../support/shell.ts";
import { file } from "../../support/tree.ts";

const CREDENTIAL = "work/.git/claude-credentials/.claude-credentials/.credentials.json";

async function metricsOf(credential: string | null, flags: readonly string[] = []): Promise<string> {
  const machine = new TestMachine({ repository: true });
  await machine.start();
  if (credential !== null) machine.add({ [CREDENTIAL]: file(credential) });
  machine.add({ [CREDENTIAL.replace(".credentials.json", ".claude.json")]: file(state("a@b")) });
  return (await machine.statusText("--format", "prometheus", ...flags)).out;
}

test.each([
  ["logged in", login("a", 2, { refreshTokenExpiresAt: NOW + 100 * HOUR })],
  ["logged out", null],
  ["blank", BLANK],
  ["damaged", "{"],
  ["times that no calendar has", login("a", 2, { expiresAt: 1e300, refreshTokenExpiresAt: -5 })],
])("promtool has nothing to say against the metrics: %s", async (_, credential) => {
  const promtool = requireProgram("promtool", "prometheus");
  const input = await metricsOf(credential);
  const checked = await execa(promtool, ["check", "metrics"], { input, reject: false, all: true });
  expect(checked.all).toBe("");
  expect(checked.exitCode).toBe(0);
});

test("the metrics of a login that ends soon", async () => {
  const text = await metricsOf(login("a", -1, { refreshTokenExpiresAt: NOW + HOUR }));
  expect(text.split("\n").filter((line) => !line.startsWith("#"))).toEqual([
    "claude_credentials_logged_in 1",
    "claude_credentials_persistent 1",
    `claude_credentials_access_token_expiry_timestamp_seconds ${((NOW - HOUR) / 1000).toString()}`,
    `claude_credentials_refresh_token_expiry_timestamp_seconds ${((NOW + HOUR) / 1000).toString()}`,
    'claude_credentials_findings{code="CREDENTIAL_EXPIRING",severity="warning"} 1',
    "",
  ]);
});

test("what is not known has no sample", async () => {
  const text = await metricsOf(null);
  expect(text).toContain("claude_credentials_logged_in 0\n");
  expect(text).not.toContain("expiry");
});
