import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { ask, openClientIn, readLogin } from "./support/client-session.ts";
import type { DevContainer } from "./support/container.ts";
import type { FakeAnthropic } from "./support/fake-anthropic.ts";
import type { Terminal } from "./support/terminal.ts";
import { clientContainer, locksOf } from "./support/unmoved-login.ts";

vi.setConfig({ testTimeout: 120_000 });

const PASTE = "Paste code here if prompted";
const LEFT = "ls -d /tmp/claude-credentials-run-* 2>/dev/null; true";

let fake: FakeAnthropic;
let container: DevContainer;

beforeAll(async () => {
  const bed = await clientContainer();
  ({ fake, container } = bed);
  return bed.close;
});

afterEach(async () => {
  fake.setRefreshDelay(0);
  expect(await container.sh(LEFT)).toBe("");
  expect(await locksOf(container)).toBe("");
});

async function openLogin(...flags: readonly string[]): Promise<Terminal> {
  const terminal = await openClientIn(container, ["claude-credentials", "login", ...flags]);
  await terminal.waitFor([PASTE]);
  await terminal.waitUntilStill();
  return terminal;
}

async function paste(terminal: Terminal): Promise<void> {
  await terminal.type(`${fake.issueCode()}#state`);
  await terminal.press("Enter");
}

/** The login in a directory is the newest one, and nobody else may read it. */
async function expectPrivate(path: string): Promise<void> {
  const { refreshToken } = await readLogin(container, `${path}/.credentials.json`);
  expect(fake.tokens.isUnused(refreshToken)).toBe(true);
  expect(await container.sh(`stat -c %a ${path}/ ${path}/.credentials.json`)).toBe("700\n600\n");
}

describe("login, with the real client", () => {
  test("by a pasted code into a directory of its own: jobs use it, and the home has none", async () => {
    const terminal = await openLogin("--to", "/tmp/production");
    await paste(terminal);
    await terminal.waitFor([`logged in as ${fake.account.email}: max, access token good for`]);
    await terminal.waitFor(["use it: claude-credentials run --auth /tmp/production -- claude"]);
    await terminal.waitForEnd();
    await expectPrivate("/tmp/production");
    expect(await container.sh("ls -A /tmp/production")).toBe(".claude.json\n.credentials.json\n");
    const job = await container.trySh(
      "claude-credentials run --auth /tmp/production -- claude -p hello </dev/null",
    );
    expect(job).toMatchObject({ exitCode: 0, stdout: "pong\n" });
    expect(await ask(container, "hello")).not.toMatchObject({ exitCode: 0 });
  });

  test("given up in the middle by Ctrl-C leaves everything as it was", async () => {
    const before = await container.sh("ls -lAR --time-style=full-iso ~/.claude/ /tmp/production");
    const terminal = await openLogin("--to", "/tmp/production");
    await terminal.press("C-c");
    await terminal.waitForEnd();
    expect(await terminal.screen()).toMatch(/stopped by a signal before anybody|ended .*without a login/);
    fake.setRefreshDelay(5000);
    const again = await openLogin("--to", "/tmp/production");
    await paste(again);
    await again.waitFor(["Signing in"]);
    await again.press("C-c");
    await again.waitForEnd(60_000);
    expect(await container.sh("ls -lAR --time-style=full-iso ~/.claude/ /tmp/production")).toBe(before);
  });

  test("by a refresh token, without a browser, into the store that the home leads to", async () => {
    const token = fake.issueRefreshToken();
    const run = await container.trySh("exec claude-credentials login --with-token", [], `${token}\n`);
    expect(run, run.stderr).toMatchObject({ exitCode: 0 });
    expect(run.stdout).toContain(`logged in as ${fake.account.email}`);
    expect(run.stdout + run.stderr).not.toContain(fake.tokens.canary);
    await expectPrivate("~/.claude");
    expect(await ask(container, "hello")).toMatchObject({ exitCode: 0, stdout: "pong\n" });
    expect(fake.tokens.refusedReuses).toBe(0);
    const status = await container.trySh("claude-credentials status");
    expect(status.stdout).toContain("logged in, and the login outlives rebuilds");

    const spent = await container.trySh("exec claude-credentials login --with-token", [], `${token}\n`);
    expect(spent.exitCode).toBe(1);
    expect(spent.stderr).toContain("the server refused the token");
    expect(spent.stderr).not.toContain(fake.tokens.canary);
    expect(await ask(container, "hello")).toMatchObject({ exitCode: 0, stdout: "pong\n" });
  });
});
