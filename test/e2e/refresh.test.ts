import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ask, logInFor, LONG_S, readLogin } from "./support/client-session.ts";
import type { CommandResult } from "./support/command.ts";
import type { DevContainer } from "./support/container.ts";
import type { FakeAnthropic } from "./support/fake-anthropic.ts";
import { clientContainer, locksOf } from "./support/unmoved-login.ts";

const KILLS = process.env["SOAK"] === "1" ? 60 : 6;
/** Longer than the five minutes from which the client renews by itself, shorter than `refresh` asks for. */
const SHORT_S = 20 * 60;

let fake: FakeAnthropic;
let container: DevContainer;

beforeAll(async () => {
  const bed = await clientContainer();
  ({ fake, container } = bed);
  return bed.close;
});

afterEach(() => {
  fake.setRefreshDelay(0);
});

/** Logs in anew with an access token of so many seconds. */
function loggedIn(seconds: number): Promise<number> {
  return logInFor(container, fake, seconds);
}

function refresh(...flags: readonly string[]): Promise<CommandResult> {
  return container.claudeCredentials("refresh", ...flags);
}

/** The login is the newest, was renewed so many times, nothing of ours is left, and a client works with it. */
async function expectRenewed(before: number, times: number): Promise<void> {
  const { refreshToken, expiresAt } = await readLogin(container);
  expect(fake.tokens.isUnused(refreshToken), "the login in the store is not the newest one").toBe(true);
  expect(expiresAt).toBeGreaterThan(Date.now() + (LONG_S - 600) * 1000);
  expect(await ask(container, "hello")).toMatchObject({ exitCode: 0, stdout: "pong\n" });
  expect(fake.tokens.refreshes - before).toBe(times);
  expect(fake.tokens.refusedReuses).toBe(0);
  expect(await locksOf(container)).toBe("");
  expect(await container.sh("ls -d /tmp/claude-credentials-run-* 2>/dev/null; true")).toBe("");
}

describe("refresh, with the real client", () => {
  test("renews a token that ends in 20 minutes, and then has nothing to do", async () => {
    const before = await loggedIn(SHORT_S);
    const first = await refresh();
    expect(first).toMatchObject({ exitCode: 0, stderr: "" });
    expect(first.stdout).toMatch(/^claude-credentials: renewed: the access token is good for [78] h\n$/);
    expect(await container.read("~/.claude/.credentials.json")).toContain("user:profile");
    await expectRenewed(before, 1);
    expect((await refresh("--json")).stdout).toContain('"outcome":"lasts"');
    expect(fake.tokens.refreshes - before).toBe(1);
  });

  test("renews a token that has ended", async () => {
    const before = await loggedIn(1);
    expect((await refresh()).exitCode).toBe(0);
    await expectRenewed(before, 1);
  });

  test.each([12_000, 20_000])("waits for a server that takes %i ms", async (delay) => {
    const before = await loggedIn(SHORT_S);
    fake.setRefreshDelay(delay);
    expect(await refresh()).toMatchObject({ exitCode: 0 });
    fake.setRefreshDelay(0);
    await expectRenewed(before, 1);
  });

  test("8 at once, and a prompt beside them: one renewal, all are content", async () => {
    const before = await loggedIn(SHORT_S);
    fake.setRefreshDelay(1500);
    const runs = await Promise.all([
      ...Array.from({ length: 8 }, () => refresh()),
      ask(container, "hello").then((run) => ({ ...run, exitCode: run.exitCode })),
    ]);
    expect(runs.map(({ exitCode }) => exitCode)).toEqual(Array(9).fill(0));
    fake.setRefreshDelay(0);
    await expectRenewed(before, 1);
  });

  test("killed while the client renews: the client goes on, and the next one finds it done", async () => {
    const before = await loggedIn(SHORT_S);
    fake.setRefreshDelay(4000);
    const killed = container.trySh("exec claude-credentials refresh");
    onTestFinished(async () => {
      await killed;
    });
    await expect.poll(() => fake.tokens.refreshes - before, { timeout: 20_000, interval: 20 }).toBe(1);
    await container.sh("pkill -KILL -f '[c]laude-credentials.mjs refresh'");
    const next = await refresh();
    expect(next).toMatchObject({ exitCode: 0, stderr: "" });
    fake.setRefreshDelay(0);
    const folder = await container.sh("ls -d /tmp/claude-credentials-run-*");
    await container.sh('rm -r "$1"', [folder.trim()]);
    await expectRenewed(before, 1);
  });

  test("told to stop while the client renews: it is waited for", async () => {
    const before = await loggedIn(SHORT_S);
    fake.setRefreshDelay(4000);
    const stopped = container.trySh("exec claude-credentials refresh");
    await expect.poll(() => fake.tokens.refreshes - before, { timeout: 20_000, interval: 20 }).toBe(1);
    await container.sh("pkill -TERM -f '[c]laude-credentials.mjs refresh'");
    expect((await stopped).exitCode).toBe(143);
    fake.setRefreshDelay(0);
    await expectRenewed(before, 1);
  });

  test(
    `Claude Code itself killed at random while it renews, ${KILLS.toString()} times: lost only where the server had answered, and then the next refresh and status say so`,
    { timeout: KILLS * 60_000 },
    async () => {
      const count = { "before the server's answer": 0, "between that and the file": 0, later: 0 };
      for (let round = 0; round < KILLS; round += 1) {
        const before = await loggedIn(SHORT_S);
        fake.setRefreshDelay(1000);
        const running = refresh();
        await sleep(randomInt(4000));
        await container.trySh("pkill -KILL '^claude$'");
        await running;
        fake.setRefreshDelay(0);
        const isRotated = fake.tokens.refreshes > before;
        const { refreshToken } = await readLogin(container);
        if (fake.tokens.isUnused(refreshToken)) {
          count[isRotated ? "later" : "before the server's answer"] += 1;
          expect(await ask(container, "hello")).toMatchObject({ exitCode: 0, stdout: "pong\n" });
        } else {
          count["between that and the file"] += 1;
          expect(isRotated, "nothing but the server's answer ends a login").toBe(true);
          // The access token lasts; that nothing renews it any more the next renewal finds out.
          expect((await refresh()).exitCode).toBe(1);
          expect((await container.claudeCredentials("status")).stdout).toContain("CREDENTIAL_BLANK");
        }
      }
      console.log(`Claude Code killed while it renews: ${JSON.stringify(count)}`);
    },
  );

  test("a login that the server refuses: said so, exit 1, and status says the same", async () => {
    await loggedIn(SHORT_S);
    fake.tokens.revoke((await readLogin(container)).refreshToken);
    const refused = await refresh();
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("error CREDENTIAL_BLANK: the server refused the login");
    expect((await container.claudeCredentials("status")).stdout).toContain("CREDENTIAL_BLANK");
  });
});
