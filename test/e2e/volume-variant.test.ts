import { expect, it } from "vitest";
import { images } from "./support/base-images.ts";
import { inBareContainer } from "./support/bare-container.ts";
import { expectLogin, expectStore, logIn, statusOf } from "./support/checks.ts";
import type { DevContainer } from "./support/container.ts";
import { publishedFeature } from "./support/feature.ts";
import { madeUpLogin } from "./support/logins.ts";
import { createProject } from "./support/project.ts";

const ROOT = "/var/lib/claude-credentials";
const variant = "volume";
/** Nothing but the entrypoint can put owners right there. */
const withoutSudo = { image: images.withoutSudo };
const asUser = (image: string) => ({
  files: { ".devcontainer/Dockerfile": `FROM ${image}\nUSER vscode\n` },
  devcontainer: { build: { dockerfile: "Dockerfile" } },
});

/** What an earlier user id, or root, left: all of the volume, or those entries alone. */
async function giveTo(container: DevContainer, uid: number, ...entries: readonly string[]): Promise<void> {
  const paths = entries.length === 0 ? [ROOT] : entries.map((entry) => `${ROOT}/${entry}`);
  await container.shAsRoot('owner=$1; shift; chown -hR "$owner:$owner" "$@"', [String(uid), ...paths]);
}

it("a login on a volume survives the container, and is that dev container's alone", async () => {
  const project = await createProject({ variant, devcontainer: withoutSudo });
  const neighbour = await createProject({ variant, devcontainer: withoutSudo });
  const first = await project.up();
  const login = madeUpLogin("dev@example.com");

  await logIn(first, login);
  await expectStore(first, ROOT);
  const other = await neighbour.up();
  const second = await project.rebuild();

  expect(second.id).not.toBe(first.id);
  await expectLogin(second, login);
  await expectStore(second, ROOT);
  expect(await statusOf(second)).toMatchObject({
    loggedIn: true,
    persistent: true,
    store: { root: ROOT, kind: "mount" },
    account: { email: "dev@example.com" },
  });
  expect((await statusOf(second)).findings).toEqual([]);
  expect(await statusOf(other)).toMatchObject({ loggedIn: false, persistent: true, store: { root: ROOT } });
  const inWorkspace = await second.shAsRoot('grep -rlF -- "$1" /workspaces || true', [login.canary]);
  expect(inWorkspace, "no copy of the login in the workspace").toBe("");

  const undone = await second.claudeCredentials("uninstall");
  expect(undone, undone.stdout).toMatchObject({ exitCode: 0 });
  expect(await second.read("~/.claude/.credentials.json")).toBe(login.credential);
  expect(await second.sh(`ls -A ${ROOT}`)).toBe("");

  const image = await second.image();
  const store = "umask 077 && cat >~/.claude/.credentials.json && echo '{}' >~/.claude.json";
  await inBareContainer(image, "bare", store, { input: login.credential });
  const seen = await inBareContainer(image, "bare", "cat ~/.claude/.credentials.json ~/.claude.json");
  expect(seen, "where neither hook nor entrypoint ever ran").toBe(`${login.credential}{}\n`);
  const status = "claude-credentials status --json || true";
  expect(JSON.parse(await inBareContainer(image, "bare", status))).toMatchObject({
    loggedIn: true,
    persistent: true,
  });
});

it("a project that takes this variant takes its login along, and two variants at once are one", async () => {
  const project = await createProject({ devcontainer: withoutSudo });
  const first = await project.up();
  const login = madeUpLogin("dev@example.com");
  await logIn(first, login);

  const both = { [await publishedFeature()]: {}, [await publishedFeature(variant)]: {} };
  await project.configure({ features: both });
  const second = await project.rebuild();

  expect(second.upOutput).toContain("claude-credentials-volume takes the place of claude-credentials");
  await expectLogin(second, login);
  await expectStore(second, ROOT);
  expect(await statusOf(second)).toMatchObject({ loggedIn: true, persistent: true, store: { root: ROOT } });
});

it("what an image has for a volume moves where the login is kept instead", async () => {
  const project = await createProject({ variant, devcontainer: withoutSudo });
  const image = await (await project.up()).image();
  const login = madeUpLogin("dev@example.com");
  const logsIn = "umask 077 && cat >~/.claude/.credentials.json && echo '{}' >~/.claude.json";
  const shows = `cat ~/.claude/.credentials.json ~/.claude.json && readlink -f ~/.claude && ls -A ${ROOT}/.claude-credentials`;

  const start = "git init -q ~/work && claude-credentials start --workspace ~/work >&2";
  const started = await inBareContainer(image, null, `${logsIn} && ${start} && ${shows}`, {
    input: login.credential,
  });
  const store = "/home/vscode/work/.git/claude-credentials/.claude-credentials";
  expect(started, "a start where no volume is mounted").toBe(`${login.credential}{}\n${store}\n`);

  const becomes = [
    "sed -i s/-volume// /usr/local/share/claude-credentials/options.env",
    "export _REMOTE_USER=vscode _REMOTE_USER_HOME=/home/vscode",
    "claude-credentials install >&2",
  ].join(" && ");
  const installed = await inBareContainer(image, null, `${logsIn} && ${becomes} && ${shows}`, {
    input: login.credential,
    user: "root",
  });
  const inHome = "/home/vscode/.local/share/claude-credentials/.claude-credentials";
  expect(installed, "the plain Feature over it").toBe(`${login.credential}{}\n${inHome}\n`);
});

it("the entrypoint gives the volume to a remote user whose id is another one by now", async () => {
  const project = await createProject({ variant, owner: 1100, devcontainer: withoutSudo });
  const first = await project.up();
  const login = madeUpLogin("dev@example.com");
  await logIn(first, login);
  await expectStore(first, ROOT, { uid: 1100 });

  await giveTo(first, 1000);
  const second = await project.rebuild();
  expect(second.upOutput).not.toContain("STORE_WRONG_OWNER");
  await expectLogin(second, login);
  await expectStore(second, ROOT, { uid: 1100 });

  await giveTo(second, 0, ".claude-credentials/.credentials.json", "format");
  await second.stop();
  const third = await project.up();
  expect(third.id).toBe(second.id);
  await expectLogin(third, login);
  await expectStore(third, ROOT, { uid: 1100 });
  expect((await statusOf(third)).findings).toEqual([]);
});

it("start gives it with sudo where the container begins as the remote user", async () => {
  const project = await createProject({ variant, owner: 1100, ...asUser(images.vscode) });
  const first = await project.up();
  const login = madeUpLogin("dev@example.com");
  await logIn(first, login);
  await expectStore(first, ROOT, { uid: 1100 });

  await giveTo(first, 1000);
  const second = await project.rebuild();
  await expectLogin(second, login);
  await expectStore(second, ROOT, { uid: 1100 });

  await giveTo(second, 0, ".claude-credentials/.credentials.json");
  const started = await second.claudeCredentials("start");
  expect(started, started.stderr).toMatchObject({ exitCode: 0 });
  await expectStore(second, ROOT, { uid: 1100 });
});

it("where neither can, one command is named, and no login gets lost in a closed volume", async () => {
  const project = await createProject({ variant, owner: 1100, ...asUser(images.withoutSudo) });
  const first = await project.up();
  const command = `chown -hR 1100:1100 ${ROOT}`;
  expect(first.upOutput).toContain("STORE_WRONG_OWNER");
  expect(first.upOutput).toContain(`sudo ${command}`);
  const login = madeUpLogin("dev@example.com");
  await logIn(first, login);
  await expectStore(first, `${first.workspaceFolder}/.git/claude-credentials`, { uid: 1100 });

  await first.shAsRoot(command);
  await first.stop();
  const second = await project.up();
  await expectLogin(second, login);
  await expectStore(second, ROOT, { uid: 1100 });
});
