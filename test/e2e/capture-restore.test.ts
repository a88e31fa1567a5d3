import { generateIdentity, identityToRecipient } from "age-encryption";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { ask, logIn, readLogin } from "./support/client-session.ts";
import type { DevContainer } from "./support/container.ts";
import type { FakeAnthropic } from "./support/fake-anthropic.ts";
import { withClient } from "./support/client.ts";
import { createProject } from "./support/project.ts";
import { clientContainer } from "./support/unmoved-login.ts";

vi.setConfig({ testTimeout: 600_000 });

const PONG = { exitCode: 0, stdout: "pong\n" };
const CAPTURES = 100;

let fake: FakeAnthropic;
let here: DevContainer;
let there: DevContainer;

beforeAll(async () => {
  const bed = await clientContainer();
  ({ fake, container: here } = bed);
  const cleanUps: (() => Promise<void>)[] = [];
  const other = await createProject({ devcontainer: withClient(fake) }, (cleanUp) => cleanUps.push(cleanUp));
  there = await other.up();
  return async () => {
    for (const cleanUp of cleanUps) await cleanUp();
    await bed.close();
  };
});

/** A file of one container's, in the other. */
async function bring(from: string, to: string): Promise<void> {
  const text = await here.sh('base64 -w0 "$1"', [from]);
  await there.sh('umask 077; base64 -d > "$1"', [to], text);
}

test("a login that was captured encrypted works in another container, and holds no refresh token", async () => {
  await logIn(here, fake);
  await here.sh("mkdir -p ~/.claude/commands && echo 'say hello' > ~/.claude/commands/hello.md");
  const key = await generateIdentity();
  const captured = await here.claudeCredentials(
    ...["capture", "--full", "--to", "/tmp/login.age", "--recipient", await identityToRecipient(key)],
  );
  expect(captured, JSON.stringify(captured)).toMatchObject({ exitCode: 0 });
  expect(captured.stdout).toMatch(/it works until .*, for [78] h: its refresh token was left out/);
  await bring("/tmp/login.age", "/tmp/login.age");
  await there.sh("umask 077; cat > /tmp/key.txt", [], key);
  const restored = await there.claudeCredentials(
    "restore",
    "--from",
    "/tmp/login.age",
    "--identity",
    "/tmp/key.txt",
  );
  expect(restored, JSON.stringify(restored)).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await there.sh("cat ~/.claude/commands/hello.md")).toBe("say hello\n");
  expect(await there.sh("grep -rl sk-ant-ort ~/.claude ~/.claude.json; true")).toBe("");
  const before = fake.tokens.refreshes;
  expect(await ask(there, "hello")).toMatchObject(PONG);
  expect(await there.trySh("claude-credentials run -- claude -p hello </dev/null")).toMatchObject(PONG);
  expect(
    await there.trySh(
      "claude-credentials run --auth /tmp/login.age --identity /tmp/key.txt -- claude -p hello </dev/null",
    ),
  ).toMatchObject(PONG);
  expect(await ask(here, "hello")).toMatchObject(PONG);
  expect([fake.tokens.refreshes - before, fake.tokens.refusedReuses]).toEqual([0, 0]);
});

test(`captured ${CAPTURES.toString()} times while Claude Code renews the login again and again: always one generation`, async () => {
  await logIn(here, fake);
  await here.sh("rm -rf /tmp/captures && mkdir -m 700 /tmp/captures");
  const before = fake.tokens.refreshes;
  const renewing = here.trySh(
    "until [ -e /tmp/captures/done ]; do claude-credentials refresh --min-ttl 100h || exit; done",
  );
  const capturing = await here.trySh(
    `for n in $(seq "$1"); do claude-credentials capture --plain --with-refresh-token --to /tmp/captures/$n || exit; done
     touch /tmp/captures/done`,
    [CAPTURES.toString()],
  );
  expect(capturing, JSON.stringify(capturing)).toMatchObject({ exitCode: 0 });
  expect(await renewing).toMatchObject({ exitCode: 0 });
  const texts = (await here.sh("cat /tmp/captures/*/.credentials.json")).split(/(?<=\})(?=\{"claudeAiOauth)/);
  expect(texts).toHaveLength(CAPTURES);
  const generations = texts.map(
    (text) =>
      (JSON.parse(text) as { claudeAiOauth: { accessToken: string; refreshToken: string } }).claudeAiOauth,
  );
  expect(generations.filter((pair) => !fake.tokens.areOfOneGeneration(pair))).toEqual([]);
  const different = new Set(generations.map(({ accessToken }) => accessToken)).size;
  expect(different, "it was renewed meanwhile").toBeGreaterThan(5);
  expect(fake.tokens.refreshes - before).toBeGreaterThan(5);
  expect(await ask(here, "hello")).toMatchObject(PONG);
  expect(fake.tokens.refusedReuses).toBe(0);
});

test("--move hands the login over: it lives on there alone, and renews itself there", async () => {
  await logIn(here, fake);
  const moved = await here.claudeCredentials("capture", "--move", "--plain", "--to", "/tmp/moved.tar.gz");
  expect(moved, JSON.stringify(moved)).toMatchObject({ exitCode: 0, stderr: "" });
  expect(await here.claudeCredentials("status")).toMatchObject({ exitCode: 1 });
  expect((await ask(here, "hello")).exitCode).not.toBe(0);
  await bring("/tmp/moved.tar.gz", "/tmp/moved.tar.gz");
  expect(await there.claudeCredentials("restore", "--from", "/tmp/moved.tar.gz")).toMatchObject({
    exitCode: 0,
  });
  const before = fake.tokens.refreshes;
  expect(await there.claudeCredentials("refresh", "--min-ttl", "100h")).toMatchObject({ exitCode: 0 });
  expect(await ask(there, "hello")).toMatchObject(PONG);
  expect([fake.tokens.refreshes - before, fake.tokens.refusedReuses]).toEqual([1, 0]);
});

test("a new login is restored under eight runs: none fails, and the next one uses it", async () => {
  await logIn(here, fake);
  expect(
    await here.claudeCredentials("capture", "--move", "--plain", "--to", "/tmp/new.tar.gz"),
  ).toMatchObject({
    exitCode: 0,
  });
  const next = await here.sh("tar -xzOf /tmp/new.tar.gz .credentials.json");
  await logIn(here, fake);
  const job = "claude -p hello </dev/null && sleep 4 && claude -p hello </dev/null";
  const runs = Array.from({ length: 8 }, () => here.trySh('claude-credentials run -- sh -c "$1"', [job]));
  onTestFinished(async () => {
    await Promise.allSettled(runs);
  });
  await here.sh("until ls -d /tmp/claude-credentials-run-*; do sleep 0.1; done; sleep 3");
  const restored = await here.claudeCredentials("restore", "--force", "--from", "/tmp/new.tar.gz");
  expect(restored, JSON.stringify(restored)).toMatchObject({ exitCode: 0, stderr: "" });
  for (const run of await Promise.all(runs))
    expect(run, JSON.stringify(run)).toMatchObject({ exitCode: 0, stdout: "pong\npong\n" });
  const { refreshToken } = await readLogin(here);
  expect(next).toContain(refreshToken);
  expect(await here.trySh("claude-credentials run -- claude -p hello </dev/null")).toMatchObject(PONG);
  expect(fake.tokens.refusedReuses).toBe(0);
});
