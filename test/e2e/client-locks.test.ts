import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { ask, readLogin } from "./support/client-session.ts";
import type { CommandResult } from "./support/command.ts";
import type { DevContainer } from "./support/container.ts";
import type { FakeAnthropic } from "./support/fake-anthropic.ts";
import { clientContainer, homeOf, locksOf, start, STORE, unmove } from "./support/unmoved-login.ts";

const PONG = { exitCode: 0, stdout: "pong\n" };
/** Lets a lock's holder be seen alive, as the client does it, for $2 seconds. */
const HOLD = 'mkdir "$1" && for second in $(seq "$2"); do touch -c "$1"; sleep 1; done; rmdir "$1"';

let fake: FakeAnthropic;
let container: DevContainer;
let refreshesBefore = 0;

beforeAll(async () => {
  const bed = await clientContainer();
  ({ fake, container } = bed);
  return bed.close;
});

beforeEach(async () => {
  await unmove(container, fake);
  refreshesBefore = fake.tokens.refreshes;
});

afterEach(() => {
  fake.setRefreshDelay(0);
});

/** The login lies in the store alone, is the newest, and every client works with it. */
async function expectMoved(refreshes: number): Promise<void> {
  expect(await container.realPath("~/.claude")).toBe(
    `${container.workspaceFolder}/${STORE}/.claude-credentials`,
  );
  const { refreshToken } = await readLogin(container);
  expect(fake.tokens.isUnused(refreshToken), "the login in the store is not the newest one").toBe(true);
  expect(await ask(container, "hello")).toMatchObject(PONG);
  expect(fake.tokens.refreshes - refreshesBefore).toBe(refreshes);
  expect(fake.tokens.refusedReuses).toBe(0);
  expect(await locksOf(container)).toBe("");
}

/** A prompt that goes on meanwhile, and ends before the test does. */
function begin(prompt: string): Promise<CommandResult> {
  const answer = ask(container, prompt);
  onTestFinished(async () => {
    await answer;
  });
  return answer;
}

async function untilRefreshing(): Promise<void> {
  await expect.poll(() => fake.tokens.refreshes, { timeout: 20_000, interval: 20 }).toBe(refreshesBefore + 1);
}

describe("E02: the real client refreshes through the old directory while start moves it", () => {
  test.each([0, 250, 500, 750, 1000])("started %i ms after the client", async (offset) => {
    fake.setRefreshDelay(2500);
    const prompt = begin("hello");
    await sleep(offset);
    const moved = await start(container, "--strict");
    expect(moved.exitCode, JSON.stringify(moved)).toBe(0);
    expect(moved.report.outcome).toBe("persistent");
    expect(await prompt).toMatchObject(PONG);
    await expectMoved(1);
  });

  test.each([0, 2400, 2500, 2600])("started %i ms after the server has rotated the token", async (offset) => {
    fake.setRefreshDelay(2500);
    const prompt = begin("hello");
    await untilRefreshing();
    await sleep(offset);
    const moved = await start(container, "--strict");
    expect(moved.exitCode, JSON.stringify(moved)).toBe(0);
    expect(await prompt).toMatchObject(PONG);
    await expectMoved(1);
  });
});

describe("E03: the real client holds its lock", () => {
  test("for 5 s: start waits and works", async () => {
    fake.setRefreshDelay(5000);
    const prompt = begin("hello");
    await untilRefreshing();
    const begun = Date.now();
    const moved = await start(container, "--strict", "--wait", "25");
    expect(moved.exitCode, JSON.stringify(moved)).toBe(0);
    expect(Date.now() - begun).toBeGreaterThan(4000);
    expect(await prompt).toMatchObject(PONG);
    await expectMoved(1);
  });

  test("for longer than start waits: all stays as it is, and the next start finishes", async () => {
    fake.setRefreshDelay(18_000);
    const prompt = begin("hello");
    await untilRefreshing();
    const before = await homeOf(container);
    const begun = Date.now();
    const { exitCode, report } = await start(container);
    expect(Date.now() - begun).toBeGreaterThan(10_000);
    expect(Date.now() - begun).toBeLessThan(14_000);
    expect(exitCode).toBe(0);
    expect(report.findings.map(({ code }) => code)).toContain("LOCK_HELD");
    expect(await homeOf(container)).toBe(before);
    expect(await container.sh('find ~ "$1" -name "*incoming*"', [STORE])).toBe("");
    expect(await prompt).toMatchObject(PONG);
    expect(await start(container, "--strict")).toMatchObject({ exitCode: 0 });
    await expectMoved(1);
  });
});

test.each(["~/.claude/.oauth_refresh.lock", "~/.claude.lock", "~/.claude/.storage-write.lock"])(
  "E03: somebody holds %s and touches it: nothing is moved, and the lock is named",
  async (name) => {
    const lock = await container.resolve(name);
    const before = await homeOf(container);
    const holder = container.trySh(HOLD, [lock, "7"]);
    onTestFinished(async () => {
      await holder;
    });
    await sleep(500);
    const { exitCode, report } = await start(container, "--wait", "2", "--strict");
    expect(exitCode).toBe(1);
    expect(report.findings).toContainEqual(expect.objectContaining({ code: "LOCK_HELD", path: lock }));
    expect(await homeOf(container)).toBe(before);
    expect(await start(container, "--wait", "10", "--strict")).toMatchObject({ exitCode: 0 });
    expect(await holder).toMatchObject({ exitCode: 0 });
    await expectMoved(1);
  },
);
