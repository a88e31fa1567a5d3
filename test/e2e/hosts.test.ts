import { chownSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { images } from "./support/base-images.ts";
import { testBed } from "./support/bed.ts";
import { expectLogin, expectStore, logIn, statusOf } from "./support/checks.ts";
import { asDeveloper, devcontainerAs } from "./support/developer.ts";
import { attempt, run } from "./support/command.ts";
import type { DevContainer } from "./support/container.ts";
import { imageHolds } from "./support/image-search.ts";
import { type MadeUpLogin, madeUpLogin } from "./support/logins.ts";
import { createProject, type Json, Project } from "./support/project.ts";

const LOGIN = madeUpLogin("dev@example.com");

/** Logs in, throws the container away and makes a new one, which has the login and finds nothing to say. */
async function rebuiltWithLogin(project: Project, login: MadeUpLogin = LOGIN): Promise<DevContainer> {
  const first = await project.up();
  await logIn(first, login);
  const second = await project.rebuild();
  expect(second.id).not.toBe(first.id);
  await expectLogin(second, login);
  return second;
}

it("a folder inside of a larger repository keeps the login in that one's git directory", async () => {
  const project = await createProject({ repository: false });
  const above = dirname(project.path);
  chownSync(above, project.owner, project.owner);
  await asDeveloper(project.owner, ["git", "init", "--quiet", above]);
  const container = await rebuiltWithLogin(project);
  expect(container.workspaceFolder).toMatch(/^\/workspaces\/p-\w+\/project$/);
  await expectStore(container, `${dirname(container.workspaceFolder)}/.git/claude-credentials`);
  expect(await project.git("-C", above, "status", "--porcelain", "--untracked-files=all")).not.toMatch(
    /credentials/,
  );
});

it("a worktree whose repository is not mounted keeps the login in the folder itself, and git sees nothing of it", async () => {
  const main = await createProject();
  const project = await createProject({ repository: false });
  await main.git("worktree", "add", "--quiet", "--force", join(project.path, "tree"), "-b", "side");
  // The worktree's folder becomes the project's.
  await asDeveloper(project.owner, [
    "sh",
    "-c",
    'cd "$1" && mv tree/.git . && rm -rf tree && git -C "$2" worktree repair "$1"',
    ...["sh", project.path, main.path],
  ]);
  const container = await rebuiltWithLogin(project);
  await expectStore(container, `${container.workspaceFolder}/.devcontainer.secrets`);
  expect(await statusOf(container)).toMatchObject({ persistent: true, store: { kind: "workspace" } });
  expect(await project.git("status", "--porcelain", "--untracked-files=all")).not.toMatch(/secrets/);
});

it("a workspace folder that is a symlink in the container", async () => {
  const dockerfile = "FROM base:vscode\nRUN ln -s /workspaces/project /work\n";
  const project = await createProject({
    files: { ".devcontainer/Dockerfile": dockerfile },
    devcontainer: {
      build: { dockerfile: "Dockerfile" },
      workspaceMount: "source=${localWorkspaceFolder},target=/workspaces/project,type=bind",
      workspaceFolder: "/work",
    },
  });
  const container = await rebuiltWithLogin(project);
  expect(container.workspaceFolder).toBe("/work");
  await expectStore(container, "/workspaces/project/.git/claude-credentials");
});

it("a project whose folder is a symlink on the host, with spaces, a quote and other letters in its name", async () => {
  const project = await createProject({ name: "it's a café ☕" });
  const link = join(dirname(project.path), "le lien");
  symlinkSync(project.path, link);
  await rebuiltWithLogin(new Project(link, project.owner));
});

it("docker compose: the service that is opened keeps the login, and the other one has none of it", async () => {
  const service = { image: "base:vscode", command: "sleep infinity", network_mode: "host" };
  const volumes = ["..:/workspaces/project"];
  const compose = { version: "3.4", services: { app: { ...service, volumes }, db: service } };
  const project = await createProject({
    files: { ".devcontainer/compose.yaml": JSON.stringify(compose) },
    devcontainer: {
      image: null,
      runArgs: null,
      ...{ dockerComposeFile: "compose.yaml", service: "app", workspaceFolder: "/workspaces/project" },
    },
  });
  await project.configure({ image: undefined, runArgs: undefined });
  onTestFinished(async () => {
    const all = ["ps", "--all", "--quiet", "--filter", "label=com.docker.compose.service=db"];
    const { stdout } = await attempt("docker", all, { env: testBed().env });
    for (const id of stdout.split("\n").filter((line) => line !== ""))
      await attempt("docker", ["rm", "--force", id], { env: testBed().env });
  });
  const container = await rebuiltWithLogin(project);
  await expectStore(container, "/workspaces/project/.git/claude-credentials");
  expect(await statusOf(container)).toMatchObject({ loggedIn: true, persistent: true });
});

/** The project with its folder shown in the container through another file system of the host's. */
async function shownThrough(mount: (source: string, shown: string) => Promise<void>): Promise<Project> {
  const project = await createProject();
  const shown = join(dirname(project.path), "shown");
  mkdirSync(shown);
  await mount(project.path, shown);
  onTestFinished(async () => {
    await attempt("umount", ["--lazy", shown]);
  });
  await project.configure({
    workspaceMount: `source=${shown},target=/workspaces/project,type=bind`,
    workspaceFolder: "/workspaces/project",
  });
  return project;
}

it("a mount that ignores modes and shows all as one user's: the login survives, and what cannot be kept is said", async () => {
  const project = await shownThrough(async (source, shown) => {
    const all = [
      "--force-user=1000",
      "--force-group=1000",
      "--perms=0777",
      "--chmod-ignore",
      "--chown-ignore",
    ];
    await run("bindfs", ["-o", "allow_other", ...all, source, shown]);
  });
  const container = await rebuiltWithLogin(project);
  expect(container.upOutput).toContain("warning STORE_MODE_IGNORED");
  const status = await statusOf(container);
  expect(status).toMatchObject({ loggedIn: true, persistent: true });
  const [open] = status.findings.filter(({ code }) => code === "CREDENTIAL_MODE");
  expect(open?.hint).toContain("no modes are kept there");
});

it("a mount without symlinks and modes (exFAT)", async () => {
  const project = await shownThrough(async (source, shown) => {
    const image = join(dirname(shown), "exfat.img");
    await run("truncate", ["--size=32M", image]);
    await run("mkfs.exfat", [image]);
    const device = (await run("losetup", ["--find", "--show", image])).stdout.trim();
    await run("mount.exfat-fuse", ["-o", "allow_other,uid=1000,gid=1000", device, shown]);
    await run("losetup", ["--detach", device]);
    await run("cp", ["--recursive", "--no-preserve=all", `${source}/.`, shown]);
  });
  const container = await rebuiltWithLogin(project);
  expect(await container.realPath("~/.claude")).toBe(
    "/workspaces/project/.git/claude-credentials/.claude-credentials",
  );
  expect(await statusOf(container)).toMatchObject({ loggedIn: true, persistent: true });
});

it.each([
  ["containerEnv", "/home/vscode/.config/claude"],
  ["remoteEnv", "/home/vscode/.config/claude"],
])("CLAUDE_CONFIG_DIR in %s: the login of that directory survives", async (where, directory) => {
  const project = await createProject({ devcontainer: { [where]: { CLAUDE_CONFIG_DIR: directory } } });
  const write = async (container: DevContainer): Promise<void> => {
    await container.writeAsClient(`${directory}/.credentials.json`, LOGIN.credential);
    await container.writeAsClient(`${directory}/.claude.json`, LOGIN.state);
  };
  await write(await project.up());
  const second = await project.rebuild();
  expect(await second.read(`${directory}/.credentials.json`)).toBe(LOGIN.credential);
  expect(JSON.parse(await second.read(`${directory}/.claude.json`))).toEqual(JSON.parse(LOGIN.state));
});

async function removeVolume(name: string): Promise<void> {
  await attempt("docker", ["volume", "rm", "--force", name], { env: testBed().env });
}

it("the official recipe (a volume at ~/.claude, and CLAUDE_CONFIG_DIR): recognised, left alone, and said so", async () => {
  const volume = `recipe-${process.pid.toString()}`;
  onTestFinished(() => removeVolume(volume));
  const prepare = "FROM base:vscode\nRUN install -d -o vscode -g vscode -m 0700 /home/vscode/.claude\n";
  const project = await createProject({
    files: { ".devcontainer/Dockerfile": prepare },
    devcontainer: {
      build: { dockerfile: "Dockerfile" },
      mounts: [`source=${volume},target=/home/vscode/.claude,type=volume`],
      containerEnv: { CLAUDE_CONFIG_DIR: "/home/vscode/.claude" },
    },
  });
  const first = await project.up();
  await first.writeAsClient("~/.claude/.credentials.json", LOGIN.credential);
  await first.writeAsClient("~/.claude/.claude.json", LOGIN.state);
  const second = await project.rebuild();
  expect(await second.read("~/.claude/.credentials.json")).toBe(LOGIN.credential);
  expect(await second.read("~/.claude/.claude.json")).toBe(LOGIN.state);
  const { stdout } = await second.exec(["claude-credentials", "status", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ loggedIn: true, persistent: true, store: { kind: "mount" } });
  // The image's link leads there: a mount at a symlink lands on what that leads to.
  const root = "/home/vscode/.local/share/claude-credentials/.claude-credentials";
  expect(second.upOutput).toContain(
    `unchanged, login kept in ${root}, which is mounted there and left as it is`,
  );
});

it("a home that is a volume, filled by an image without the Feature", async () => {
  const volume = `home-${process.pid.toString()}`;
  onTestFinished(() => removeVolume(volume));
  const { env } = testBed();
  const mount = ["--mount", `type=volume,source=${volume},target=/home/vscode`];
  const older = "mkdir -m 700 ~/.claude && echo '{}' > ~/.claude/settings.json";
  await run("docker", ["run", "--rm", "--user", "vscode", ...mount, "base:vscode", "sh", "-c", older], {
    env,
  });
  const project = await createProject({
    devcontainer: { mounts: [`source=${volume},target=/home/vscode,type=volume`] },
  });
  const container = await rebuiltWithLogin(project);
  await expectStore(container, `${container.workspaceFolder}/.git/claude-credentials`);
  expect(await container.read("~/.claude/settings.json")).toBe("{}\n");
});

it("a Codespace (simulated): a prebuilt image that holds nothing secret, hooks of a new container alone, a full rebuild", async () => {
  const { env } = testBed();
  const project = await createProject({ devcontainer: { containerEnv: { CODESPACES: "true" } } });
  const tag = `prebuilt-${process.pid.toString()}`;
  onTestFinished(async () => {
    await attempt("docker", ["rmi", "--force", tag], { env });
  });
  const { features } = JSON.parse(project.read(".devcontainer/devcontainer.json")) as { features: Json };
  await logIn(await project.up(), LOGIN);
  const args = ["build", "--workspace-folder", project.path, "--image-name", tag, "--buildkit", "never"];
  expect(await devcontainerAs(project.owner, args, { timeout: 170_000 })).toMatchObject({ exitCode: 0 });
  expect(await imageHolds(tag, LOGIN.canary)).toBe(false);
  await project.configure({ image: tag, features: undefined });
  const second = await project.up("--remove-existing-container", "--skip-post-create");
  expect(await second.entry("~/.claude")).toMatchObject({ type: "symbolic link" });
  const { exitCode } = await second.claudeCredentials("start", "--workspace", second.workspaceFolder);
  expect(exitCode).toBe(0);
  await expectLogin(second, LOGIN);
  // What a full rebuild keeps is /workspaces alone.
  await second.remove();
  await project.configure({ image: images.vscode, features });
  await expectLogin(await project.up(), LOGIN);
});

it("a plain image without any Feature: install in its Dockerfile from the npm package, start in its entrypoint", async () => {
  const { env } = testBed();
  const project = await createProject({ feature: "none" });
  const context = join(project.path, ".devcontainer");
  await run("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", context]);
  await project.write(".devcontainer/Dockerfile", PLAIN);
  const tag = `plain-${process.pid.toString()}`;
  onTestFinished(async () => {
    await attempt("docker", ["rmi", "--force", tag], { env });
  });
  await run("docker", ["build", "--quiet", "--tag", tag, context], { env });
  const workspace = ["--mount", `type=bind,source=${project.path},target=/workspaces/project`];
  const inNew = async (script: string, input = ""): Promise<string> =>
    (
      await run("docker", ["run", "--rm", "--interactive", ...workspace, tag, "sh", "-c", script], {
        env,
        input,
      })
    ).stdout;
  await inNew("umask 077; cat > ~/.claude/.credentials.json", LOGIN.credential);
  await inNew("cat > ~/.claude.json", LOGIN.state);
  expect(await inNew("cat ~/.claude/.credentials.json")).toContain(LOGIN.credential);
  expect(await inNew("claude-credentials status --json")).toContain('"email":"dev@example.com"');
  expect(project.entry(".git/claude-credentials/.claude-credentials/.credentials.json")).toEqual({
    ...{ uid: 1000, mode: "0600" },
  });
});

const PLAIN = `FROM base:vscode
COPY *.tgz /tmp/
RUN mkdir /opt/claude-credentials && tar -xzf /tmp/*.tgz -C /opt/claude-credentials --strip-components=1 && ln -s ../../../opt/claude-credentials/dist/features/src/claude-credentials/claude-credentials.mjs /usr/local/bin/claude-credentials
RUN _REMOTE_USER=vscode _REMOTE_USER_HOME=/home/vscode claude-credentials install
RUN printf '#!/bin/sh\\nclaude-credentials start --workspace /workspaces/project\\nexec "$@"\\n' > /entrypoint && chmod 755 /entrypoint
USER vscode
ENTRYPOINT ["/entrypoint"]
`;
