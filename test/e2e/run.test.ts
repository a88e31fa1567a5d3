import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { ask, logInFor, LONG_S, readLogin } from "./support/client-session.ts";
import type { CommandResult } from "./support/command.ts";
import type { DevContainer } from "./support/container.ts";
import type { FakeAnthropic } from "./support/fake-anthropic.ts";
import { clientContainer, locksOf } from "./support/unmoved-login.ts";

/** A soak's rounds take some ten seconds each, and the double on a busy machine. */
vi.setConfig({ testTimeout: process.env["SOAK"] === "1" ? 7_200_000 : 900_000 });

const PONG = { exitCode: 0, stdout: "pong\n" };
const ROUNDS = process.env["SOAK"] === "1" ? 200 : 4;
/** The client's answer, and how many files of the working copy hold a refresh token. */
const JOB =
  'claude -p hello </dev/null || exit; grep -rl sk-ant-ort "$CLAUDE_CONFIG_DIR" | wc -l; ls -A "$CLAUDE_CONFIG_DIR" >&2';

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

function runJob(...flags: readonly string[]): Promise<CommandResult> {
  return container.trySh('job=$1; shift; exec claude-credentials run "$@" -- sh -c "$job"', [JOB, ...flags]);
}

/** The stored login is the newest and works, and nothing of ours is left. */
async function expectAlive(): Promise<void> {
  const { refreshToken } = await readLogin(container);
  expect(fake.tokens.isUnused(refreshToken), "the login in the store is not the newest one").toBe(true);
  expect(await ask(container, "hello")).toMatchObject(PONG);
  expect(fake.tokens.refusedReuses).toBe(0);
}

const LEFT = "ls -d /tmp/claude-credentials-run-* 2>/dev/null; true";

describe("run, with the real client and refresh tokens that work once", () => {
  test.each([2, 8, 32])("%i at once on one expired login: all answer, one renewal", async (count) => {
    const before = await loggedIn(1);
    const runs = await Promise.all(Array.from({ length: count }, () => runJob()));
    for (const run of runs) {
      expect(run, JSON.stringify(run)).toMatchObject({ exitCode: 0, stdout: "pong\n0\n" });
      expect(run.stderr).not.toContain(".credentials.json");
    }
    expect(fake.tokens.refreshes - before).toBe(1);
    await expectAlive();
    // Of many clients at once one may leave a lock of its own, which the next one finds stale.
    expect(await locksOf(container)).not.toContain("claude-credentials-refresh.lock");
    expect(await container.sh(LEFT)).toBe("");
  });

  test("beside a loop of refreshes and a session of the person's own", async () => {
    const before = await loggedIn(1);
    fake.setRefreshDelay(1500);
    const beside = container.trySh(
      "for n in 1 2 3; do claude-credentials refresh || exit; done; claude -p hello </dev/null",
    );
    const runs = await Promise.all([runJob(), runJob(), runJob(), ask(container, "hello")]);
    expect(runs.map(({ exitCode, stdout }) => [exitCode, stdout.split("\n")[0]])).toEqual(
      Array(4).fill([0, "pong"]),
    );
    expect((await beside).stdout).toMatch(/pong\n$/);
    fake.setRefreshDelay(0);
    expect(fake.tokens.refreshes - before).toBe(1);
    await expectAlive();
  });

  test(`killed at random, ours and the jobs' commands, ${ROUNDS.toString()} rounds: no login is lost`, async () => {
    await loggedIn(1);
    fake.setAccessTokenSeconds(2);
    for (let round = 0; round < ROUNDS; round += 1) {
      fake.setRefreshDelay(randomInt(600));
      const jobs = [...Array.from({ length: 3 }, () => runJob()), container.claudeCredentials("refresh")];
      await sleep(randomInt(3000));
      const which = [
        "[c]laude-credentials.mjs run",
        "[c]laude-credentials.mjs refresh",
        "^sh -c [c]laude -p",
      ][randomInt(3)] as string;
      await container.trySh('pkill -KILL -f "$1" --oldest', [which]);
      await Promise.all(jobs);
      // A client whose job was killed may still be renewing.
      await expect.poll(() => container.sh("pgrep -c '^claude$'; true"), { timeout: 60_000 }).toBe("0\n");
      const { refreshToken } = await readLogin(container);
      expect(fake.tokens.isUnused(refreshToken), `round ${round.toString()}, ${which}`).toBe(true);
    }
    fake.setRefreshDelay(0);
    fake.setAccessTokenSeconds(LONG_S);
    await expectAlive();
    expect(await runJob()).toMatchObject({ exitCode: 0 });
  });

  test("a command that is told to stop: nothing of it is left, and whoever called sees how it ended", async () => {
    await loggedIn(LONG_S);
    // What the killed ones of the test before left is old enough to go in a soak alone.
    const before = (await container.sh(LEFT)).split("\n");
    const { stdout } = await container.trySh(
      `claude-credentials run -- sh -c 'echo up; exec sleep 60' & sleep 3; kill -TERM $!; wait $!; echo "ended $?"
claude-credentials run -- sh -c 'trap "echo heard; exit 5" TERM; echo up; while :; do sleep 0.1; done' & sleep 3; kill -TERM $!; wait $!; echo "ended $?"`,
    );
    expect(stdout).toBe("up\nended 143\nup\nheard\nended 5\n");
    expect((await container.sh(LEFT)).split("\n").filter((path) => !before.includes(path))).toEqual([]);
  });

  test("a mounted secret of root's, without a refresh token: works while it lasts, then one clear error", async () => {
    await loggedIn(20);
    await container.shAsRoot(
      `rm -rf /run/login && mkdir /run/login && sed 's/"refreshToken":"[^"]*",//' "$1" >/run/login/.credentials.json &&
chmod 444 /run/login/.credentials.json && ! grep -q sk-ant-ort /run/login/.credentials.json`,
      [await container.resolve("~/.claude/.credentials.json")],
    );
    const first = await runJob("--auth", "/run/login");
    expect(first).toMatchObject({ exitCode: 0, stdout: "pong\n0\n" });
    expect(first.stderr).toContain("run: this login cannot be renewed here; it works for ");
    await sleep(20_000);
    const ended = await runJob("--auth", "/run/login");
    expect(ended).toMatchObject({ exitCode: 125, stdout: "" });
    expect(ended.stderr).toContain("renew it where it comes from");
    await expectAlive();
  });
});
