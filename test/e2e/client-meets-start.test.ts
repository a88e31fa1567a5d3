import { beforeAll, beforeEach, expect, test } from "vitest";
import { ask, readLogin } from "./support/client-session.ts";
import type { DevContainer } from "./support/container.ts";
import type { FakeAnthropic } from "./support/fake-anthropic.ts";
import { clientContainer, locksOf, start, STORE, unmove } from "./support/unmoved-login.ts";

/**
 * Runs `start` in a process group of its own until it holds the client's lock, and a moment ($2 s) longer; then sends
 * it the signal $3. A real client with an expired token begins; after $4 s a stopped `start` goes on. Tells whether the
 * lock was held then, and how the client and `start` ended.
 */
const MEET = `setsid claude-credentials start --workspace "$1" --json --strict > /tmp/start.out 2>&1 & start=$!
until [ -d ~/.claude/.oauth_refresh.lock ]; do kill -0 $start || exit 3; done
sleep "$2"; kill -s "$3" -- -$start
held=no; [ ! -d ~/.claude/.oauth_refresh.lock ] || held=yes
claude -p hello < /dev/null > /tmp/client.out 2>&1 & client=$!
sleep "$4"; kill -s CONT -- -$start 2> /dev/null
wait $client; client=$?; wait $start
echo "held $held, client $client $(cat /tmp/client.out), start $?"`;

let fake: FakeAnthropic;
let container: DevContainer;
let refreshesBefore = 0;

beforeAll(async () => {
  const bed = await clientContainer();
  ({ fake, container } = bed);
  return bed.close;
});

const PONG = { exitCode: 0, stdout: "pong\n" };

/** Many entries make the time long that the locks are held for. */
beforeEach(async () => {
  await unmove(container, fake);
  await container.sh('cd ~/.claude && for n in $(seq 1500); do : > "entry-$n"; done');
  refreshesBefore = fake.tokens.refreshes;
});

/** What every meeting has to end in: the newest login live in the store, rotated once, every entry there. */
async function expectMoved(): Promise<void> {
  expect(await container.realPath("~/.claude")).toBe(
    `${container.workspaceFolder}/${STORE}/.claude-credentials`,
  );
  expect(await container.sh("ls ~/.claude | grep -c ^entry-")).toBe("1500\n");
  const { refreshToken } = await readLogin(container);
  expect(fake.tokens.isUnused(refreshToken), "the login in the store is not the newest one").toBe(true);
  expect(fake.tokens.refreshes - refreshesBefore).toBe(1);
  expect(fake.tokens.refusedReuses).toBe(0);
  expect(await locksOf(container)).toBe("");
  expect(await ask(container, "hello")).toMatchObject(PONG);
}

test.each(["0.02", "0.05"])(
  "E02: a client that needs the lock while start holds it (%s s in) waits, and then works with what start moved",
  async (moment) => {
    const said = await container.sh(MEET, [container.workspaceFolder, moment, "STOP", "3"]);
    expect(said).toBe("held yes, client 0 pong, start 0\n");
    await expectMoved();
  },
);

test.each(["0.02", "0.05"])(
  "E04: the locks of a start that was killed (%s s in) cost a client its patience and no login; the next start takes them over at once",
  async (moment) => {
    const said = await container.sh(MEET, [container.workspaceFolder, moment, "KILL", "0"]);
    expect(said).toMatch(/^held yes, client 1 Failed to refresh OAuth token.*, start 137\n$/);
    expect(fake.tokens.refreshes).toBe(refreshesBefore);
    // By their age alone they would be held for most of a minute more.
    const moved = await start(container, "--strict", "--wait", "10");
    expect(moved).toMatchObject({ exitCode: 0, report: { outcome: "persistent" } });
    expect(await ask(container, "hello")).toMatchObject(PONG);
    await expectMoved();
  },
);

test("E04: the locks of a client that was killed are taken over at once", async () => {
  fake.setRefreshDelay(20_000);
  const killed = container.sh(
    `claude -p hello < /dev/null > /dev/null 2>&1 & client=$!
until [ -f ~/.claude/.oauth_refresh.lock.owner ]; do kill -0 $client || exit 3; done
kill -s KILL $client; wait $client; echo $?`,
  );
  expect(await killed).toBe("137\n");
  expect(await container.sh("ls -d ~/.claude/.oauth_refresh.lock ~/.claude.lock | wc -l")).toBe("2\n");
  const moved = await start(container, "--strict", "--wait", "10");
  expect(moved).toMatchObject({ exitCode: 0, report: { outcome: "persistent" } });
  expect(await container.realPath("~/.claude")).toContain(STORE);
  expect(await locksOf(container)).toBe("");
});
