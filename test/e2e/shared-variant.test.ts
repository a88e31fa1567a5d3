import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { images } from "./support/base-images.ts";
import { inBareContainer } from "./support/bare-container.ts";
import { testBed } from "./support/bed.ts";
import { expectLogin, logIn as writeLogin, statusOf } from "./support/checks.ts";
import { withClient } from "./support/client.ts";
import { ask, authStatus, fakeServers, logIn, logInFor, readLogin } from "./support/client-session.ts";
import { attempt, run } from "./support/command.ts";
import type { DevContainer } from "./support/container.ts";
import { madeUpLogin } from "./support/logins.ts";
import { createProject, type Project } from "./support/project.ts";

const VOLUME = "claude-credentials";
const ROOT = "/var/lib/claude-credentials";
const LOGIN = `${ROOT}/.claude-credentials/.credentials.json`;
const variant = "shared";
const withoutSudo = { image: images.withoutSudo };

// One volume for all dev containers of the machine: the next test's is another machine's.
afterEach(async () => {
  const { env } = testBed();
  const { stdout } = await run("docker", ["ps", "--all", "--quiet", "--filter", `volume=${VOLUME}`], { env });
  for (const id of stdout.split("\n").filter((line) => line !== ""))
    await run("docker", ["rm", "--force", id], { env });
  await attempt("docker", ["volume", "rm", VOLUME], { env });
});

async function upOf(project: Promise<Project>): Promise<DevContainer> {
  return (await project).up();
}

const codes = async (container: DevContainer): Promise<readonly string[]> =>
  (await statusOf(container)).findings.map(({ code }) => code);

it("C16: two containers share one login until somebody logs out, and each has a .claude.json of its own", async () => {
  const fake = await fakeServers();
  const project = await createProject({ variant, devcontainer: { ...withoutSudo, ...withClient(fake) } });
  const first = await project.up();
  const other = await upOf(createProject({ variant, devcontainer: { ...withoutSudo, ...withClient(fake) } }));

  await logIn(first, fake);
  expect(await authStatus(other)).toMatchObject({ loggedIn: true });
  expect(await first.realPath("~/.claude/.credentials.json")).toBe(LOGIN);
  expect(await other.realPath("~/.claude/.credentials.json")).toBe(LOGIN);
  const states = [await first.realPath("~/.claude.json"), await other.realPath("~/.claude.json")];
  expect(new Set(states).size).toBe(2);
  for (const state of states)
    expect(state).toMatch(/^\/var\/lib\/claude-credentials\/containers\/[a-z0-9]+\/\.claude\.json$/);

  await other.writeAsClient("~/.claude.json", "{}");
  expect(await ask(other, "hello")).toMatchObject({ exitCode: 0, stdout: "pong\n" });
  const account = (await statusOf(first)).account;
  expect(account).not.toBeNull();
  expect(await ask(first, "hello")).toMatchObject({ exitCode: 0, stdout: "pong\n" });

  const rebuilt = await project.rebuild();
  expect(await ask(rebuilt, "hello")).toMatchObject({ exitCode: 0, stdout: "pong\n" });
  expect(await statusOf(rebuilt)).toMatchObject({ loggedIn: true, persistent: true, account });
  const { stdout: said } = await rebuilt.claudeCredentials("status");
  expect(said.replaceAll(/\s+/g, " ")).toContain(
    "STORE_SHARED: other containers may use this login: to log out here ends it for all",
  );

  await other.sh("claude auth logout");
  expect(await authStatus(rebuilt)).toMatchObject({ loggedIn: false });
  expect(await statusOf(rebuilt)).toMatchObject({ loggedIn: false });
  expect(await codes(rebuilt)).not.toContain("STORE_SHARED");
});

it("D19: a container of another uid takes no login from one that renews it", async () => {
  const fake = await fakeServers();
  const mine = await createProject({ variant, devcontainer: { ...withoutSudo, ...withClient(fake) } });
  const first = await mine.up();
  const refreshes = await logInFor(first, fake, 5);
  const before = await readLogin(first);

  const theirs = await createProject({ variant, owner: 1100, devcontainer: withoutSudo });
  const other = await theirs.up();
  expect(other.upOutput).toContain("STORE_WRONG_OWNER");
  expect(other.upOutput).toContain(`sudo chown -hR 1100:1100 ${ROOT}`);
  const own = `${other.workspaceFolder}/.git/claude-credentials/.claude-credentials`;
  expect(await other.realPath("~/.claude")).toBe(own);

  await sleep(Math.max(0, before.expiresAt - Date.now()) + 500);
  expect(await ask(first, "hello")).toMatchObject({ exitCode: 0, stdout: "pong\n" });
  expect(fake.tokens).toMatchObject({ refreshes: refreshes + 1, refusedReuses: 0 });
  const after = await readLogin(first);
  expect(fake.tokens.isUnused(after.refreshToken)).toBe(true);
  expect(await first.entry(LOGIN)).toMatchObject({ owner: "1000", mode: "0600" });

  const login = madeUpLogin("other@example.com");
  await writeLogin(other, login);
  const again = await theirs.rebuild();
  await expectLogin(again, login);
  expect(await ask(await mine.rebuild(), "hello")).toMatchObject({ exitCode: 0, stdout: "pong\n" });
});

it("a volume without a login is given to a remote user of another uid, and root uses it as it is", async () => {
  const project = await createProject({ variant, owner: 1100, devcontainer: withoutSudo });
  const first = await project.up();
  const login = madeUpLogin("dev@example.com");
  await writeLogin(first, login);
  expect(first.upOutput).not.toContain("STORE_WRONG_OWNER");
  expect(await first.entry(ROOT)).toMatchObject({ owner: "1100", mode: "0700" });
  expect(await first.entry(LOGIN)).toMatchObject({ owner: "1100", mode: "0600" });
  await expectLogin(await project.rebuild(), login);

  const roots = await createProject({
    variant,
    owner: 1100,
    devcontainer: { image: images.withoutSudo, remoteUser: "root" },
  });
  const root = await roots.up();
  expect(await root.read("~/.claude/.credentials.json")).toBe(login.credential);
  expect(await statusOf(root)).toMatchObject({
    loggedIn: true,
    store: { root: ROOT },
    account: { email: "dev@example.com" },
  });
  expect(await root.sh(`find ${ROOT} ! -user 1100`)).toBe("");
  // As Claude Code does it where root renews the login.
  await root.writeAsClient("~/.claude/.credentials.json", login.credential);
  await root.stop();
  await roots.up();
  expect(await root.entry(LOGIN)).toMatchObject({ owner: "1100", mode: "0600" });
});

it("start gives a volume without a login with sudo, and leaves one with a login to its owner", async () => {
  const asUser = {
    files: { ".devcontainer/Dockerfile": `FROM ${images.vscode}\nUSER vscode\n` },
    devcontainer: { build: { dockerfile: "Dockerfile" } },
  };
  const first = await upOf(createProject({ variant, owner: 1100, ...asUser }));
  expect(first.upOutput).not.toContain("STORE_WRONG_OWNER");
  await writeLogin(first, madeUpLogin("dev@example.com"));
  expect(await first.entry(LOGIN)).toMatchObject({ owner: "1100", mode: "0600" });

  const other = await upOf(createProject({ variant, ...asUser }));
  expect(other.upOutput).toContain("STORE_WRONG_OWNER");
  expect(await first.entry(LOGIN)).toMatchObject({ owner: "1100", mode: "0600" });
});

it("without hook and entrypoint the login is for all, .claude.json is the container's, and status says so", async () => {
  const project = await createProject({ variant, devcontainer: withoutSudo });
  const first = await project.up();
  const login = madeUpLogin("dev@example.com");
  await writeLogin(first, login);
  const script = `cat ~/.claude/.credentials.json && echo '{}' >~/.claude.json && claude-credentials status --json`;
  const said = await inBareContainer(await first.image(), VOLUME, `{ ${script}; } || true`);
  const [credential, status] = said.split(/(?<=\}\})(?=\{"version")/);
  expect(credential).toBe(login.credential);
  const { loggedIn, findings } = JSON.parse(status ?? "") as Awaited<ReturnType<typeof statusOf>>;
  expect(loggedIn).toBe(true);
  expect(findings.find(({ code }) => code === "STORE_SHARED")?.message).toContain(
    "~/.claude.json lies in it alone",
  );
  const named = "claude-credentials start --devcontainer-id bare >&2 && readlink ~/.claude.json";
  expect(await inBareContainer(await first.image(), VOLUME, named), "what it says helps").toBe(
    `${ROOT}/containers/bare/.claude.json\n`,
  );
  await expectLogin(first, login);
});
