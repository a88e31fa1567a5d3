import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import type { DoctorReport } from "../../src/report/check.ts";
import { readLogin } from "./support/client-session.ts";
import type { DevContainer } from "./support/container.ts";
import type { FakeAnthropic } from "./support/fake-anthropic.ts";
import { clientContainer, start, unmove } from "./support/unmoved-login.ts";

let fake: FakeAnthropic;
let container: DevContainer;

beforeAll(async () => {
  const bed = await clientContainer();
  ({ fake, container } = bed);
  return bed.close;
});

interface Examined {
  readonly exitCode: number | undefined;
  readonly text: string;
  readonly live: DoctorReport["checks"][number] | undefined;
  readonly report: DoctorReport;
}

async function doctor(...flags: readonly string[]): Promise<Examined> {
  const { exitCode, stdout, stderr } = await container.claudeCredentials("doctor", "--json", ...flags);
  expect(stdout, stderr).toMatch(/^\{/);
  const report = JSON.parse(stdout) as DoctorReport;
  return { exitCode, report, text: stdout + stderr, live: report.checks.find(({ name }) => name === "live") };
}

/** A login of the real client's in the store, whose access token has run out. */
async function expired(): Promise<void> {
  await unmove(container, fake);
  await start(container, "--strict");
  await sleep(Math.max(0, (await readLogin(container)).expiresAt - Date.now()) + 500);
}

it("doctor --live renews an expired access token by the real client, and says that the login works", async () => {
  await expired();
  const before = { ...(await readLogin(container)), refreshes: fake.tokens.refreshes };
  const quiet = await doctor();
  expect(quiet.live?.result).toBe("skipped");
  expect(fake.tokens.refreshes).toBe(before.refreshes);

  const { exitCode, live, report, text } = await doctor("--live");

  expect(live, text).toMatchObject({ result: "ok", fix: null });
  expect(live?.seen).toMatch(/^Claude Code answered after \d+\.\d s .*through the stored login$/);
  expect(exitCode).toBe(0);
  expect(fake.tokens.refreshes).toBe(before.refreshes + 1);
  expect(fake.tokens.refusedReuses).toBe(0);
  const now = await readLogin(container);
  expect(now.expiresAt).toBeGreaterThan(before.expiresAt);
  expect(report.checks.find(({ name }) => name === "login")?.seen).not.toContain("expired");
  expect(text).not.toContain(fake.tokens.canary);
  expect(await container.sh('ls -d "${TMPDIR:-/tmp}"/claude-credentials-doctor-* 2>/dev/null || true')).toBe(
    "",
  );
});

it("doctor --live of a login that was revoked is an error, without a word of the client's", async () => {
  await expired();
  fake.tokens.revoke((await readLogin(container)).refreshToken);

  const { exitCode, live, text } = await doctor("--live");

  expect(live, text).toMatchObject({
    result: "error",
    fix: expect.stringContaining("claude auth login") as unknown,
  });
  expect(exitCode).toBe(1);
  expect(text).not.toContain(fake.tokens.canary);
});

it("doctor --fix links what was replaced, and the next one changes nothing", async () => {
  await unmove(container, fake);
  const first = await doctor("--fix", "--workspace", container.workspaceFolder);
  expect(first.exitCode, first.text).toBe(0);
  const links = first.report.checks.find(({ name }) => name === "links");
  expect(links).toMatchObject({ result: "ok", seen: expect.stringMatching(/^fixed: /) as unknown });

  const state = 'find ~ "$1" -printf "%p %C@ %m\\n" | sort';
  const store = [".git/claude-credentials"];
  const before = await container.sh(state, store);
  const second = await doctor("--fix");
  expect(second.exitCode, second.text).toBe(0);
  expect(await container.sh(state, store)).toBe(before);
});
