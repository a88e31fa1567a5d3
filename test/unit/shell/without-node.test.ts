import { beforeAll, describe, expect, it } from "vitest";
import { ensureBuilt } from "../../../scripts/build.ts";
import { shells, type Shell } from "../../support/shell.ts";
import { directory, fifo, file, symlink, type Tree } from "../../support/tree.ts";
import { launcher } from "./support/product.ts";
import { isRoot } from "./support/sandbox.ts";
import {
  BUILD,
  containerIn,
  everything,
  filled,
  GIT,
  giveNode,
  HOME,
  hook,
  image,
  imageLinks,
  login,
  repository,
  SECRETS,
  state,
  WORK,
  type State,
} from "./support/without-node.ts";

const linkedTo = (root: string): Tree => ({
  [`${HOME}/.claude`]: symlink(`/${root}/.claude-credentials`),
  [`${HOME}/.claude.json`]: symlink(`/${root}/.claude-credentials/.claude.json`),
});

/** Where the shell alone does all that there is to do: the same as the full start does. */
const done: Readonly<Record<string, State>> = {
  "a repository, and a home with nothing": { tree: { ...repository } },
  "the image's links, and an empty directory behind them": { tree: { ...repository, ...image } },
  "the image's links, and nothing behind them": { tree: { ...repository, ...imageLinks } },
  "a store with a login": { tree: { ...repository, ...image, ...filled(GIT) } },
  "links to a store that is not there any more": {
    tree: { ...repository, ...linkedTo("work/other/.git/claude-credentials") },
  },
  "links to a volume that is not mounted any more": {
    tree: { ...repository, ...linkedTo("var/lib/claude-credentials") },
  },
  "a ~/.claude with nothing in it": { tree: { ...repository, [`${HOME}/.claude`]: directory(0o700) } },
  "a store that others may read": {
    tree: {
      ...repository,
      [GIT]: directory(0o755),
      [`${GIT}/.claude-credentials`]: directory(0o777),
      [`${GIT}/.claude-credentials/.credentials.json`]: file(login, 0o644),
      [`${GIT}/.claude-credentials/.claude.json`]: file(state, 0o666),
    },
  },
  "no repository": { tree: { ...image } },
  "no repository, and the folder of the older tool": {
    tree: { ...image, ...filled(SECRETS), [`${SECRETS}/env-vars/other`]: "theirs\n" },
  },
  "a git directory that is none": { tree: { [`${WORK}/.git/nothing`]: "", ...image } },
  "a workspace folder inside of a repository": {
    tree: { "work/.git/HEAD": "ref: refs/heads/main\n", [WORK]: directory(), ...image },
  },
  "the folder of the older tool beside a store with a login": {
    tree: { ...repository, ...image, ...filled(GIT), [`${SECRETS}/other`]: "theirs\n" },
    store: "git",
  },
  "the option store with a path": { tree: { ...repository, ...image }, store: "/home/dev/kept" },
  "the option store with the git directory's path": {
    tree: { ...repository, ...image },
    store: `/${GIT}`,
  },
  "the option store with workspace": { tree: { ...image }, store: "workspace" },
  "a workspace folder behind a link": {
    tree: {
      "work/real dir\\/.git/HEAD": "ref: refs/heads/main\n",
      "work/link": symlink("real dir\\"),
      ...image,
    },
    args: ["--workspace", "/work/link"],
  },
  "a CLAUDE_CONFIG_DIR that outlives the container": {
    tree: { ...repository, [`${HOME}/config`]: directory(0o700) },
    env: { CLAUDE_CONFIG_DIR: "/home/dev/config" },
  },
  "a home without a workspace folder that is linked to its store": {
    tree: { ...repository, ...filled(GIT), [`${HOME}/.claude`]: symlink(`/${GIT}/.claude-credentials`) },
    workspace: null,
  },
};

/** Where it takes a Node.js: nothing is touched, and what is in the way is said. */
const left: Readonly<Record<string, State & { readonly says: string }>> = {
  "a ~/.claude that holds something": {
    tree: { ...repository, [`${HOME}/.claude/.credentials.json`]: file(login) },
    says: "what is at ~/.claude stays as it is",
  },
  "a ~/.claude that holds one hidden file": {
    tree: { ...repository, [`${HOME}/.claude/..x`]: "" },
    says: "what is at ~/.claude stays as it is",
  },
  "a file at ~/.claude": {
    tree: { ...repository, [`${HOME}/.claude`]: "" },
    says: "what is at ~/.claude stays as it is",
  },
  "a FIFO at ~/.claude": {
    tree: { ...repository, [`${HOME}/.claude`]: fifo() },
    says: "what is at ~/.claude stays as it is",
  },
  "somebody else's link": {
    tree: {
      ...repository,
      "work/dotfiles/claude": directory(),
      [`${HOME}/.claude`]: symlink("/work/dotfiles/claude"),
    },
    says: "what is at ~/.claude stays as it is",
  },
  "somebody else's link that leads nowhere": {
    tree: { ...repository, [`${HOME}/.claude`]: symlink("/nowhere/.claude-credentials") },
    says: "what is at ~/.claude stays as it is",
  },
  "a login in the image's directory": {
    tree: { ...repository, ...image, [`${BUILD}/.credentials.json`]: file(login) },
    says: "what is at ~/.claude stays as it is",
  },
  "a link to another store of ours": {
    tree: { ...repository, ...filled(SECRETS), ...linkedTo(SECRETS) },
    store: "git",
    says: "what is at ~/.claude stays as it is",
  },
  "the folder of the older tool in a repository": {
    tree: { ...repository, ...image, ...filled(SECRETS) },
    says: `git must be asked whether it tracks /${SECRETS}`,
  },
  "a worktree": {
    tree: { [`${WORK}/.git`]: "gitdir: /elsewhere\n", ...image },
    says: `git must be asked whether it tracks /${SECRETS}`,
  },
  "a git directory that is a link": {
    tree: { "work/git/HEAD": "ref: refs/heads/main\n", [`${WORK}/.git`]: symlink("../git"), ...image },
    says: `git must be asked whether it tracks /${SECRETS}`,
  },
  "the option store with git where there is none": {
    tree: { ...image },
    store: "git",
    says: "/work/project has no git directory that can hold the store",
  },
  "the option store with a path in a repository": {
    tree: { ...repository, ...image },
    store: "/work/project/kept",
    says: "the option 'store' names a place that must be looked at more closely",
  },
  "the option store with a path in another repository": {
    tree: { "work/other/.git/HEAD": "", ...image },
    store: "/work/other/kept",
    says: "git must be asked whether it tracks /work/other/kept",
  },
  "the option store with a path that is none": {
    tree: { ...repository, ...image },
    store: "kept",
    says: "the option 'store' names a place that must be looked at more closely",
  },
  "the option store with a quote": {
    tree: { ...repository, ...image },
    store: "/it'\\''s",
    says: "the option 'store' is not plain",
  },
  "the option store with two lines": {
    tree: { ...repository, ...image },
    store: "/a\nCLAUDE_CREDENTIALS_OPTION_STORE=",
    says: "the option 'store' is not plain",
  },
  "a store that is a link": {
    tree: { ...repository, ...image, "work/elsewhere": directory(), [GIT]: symlink("/work/elsewhere") },
    says: `/${GIT} is no directory of yours that can be written to`,
  },
  "a store that is a file": {
    tree: { ...repository, ...image, [GIT]: "" },
    says: `/${GIT} is no directory of yours that can be written to`,
  },
  "a store whose configuration directory is a link": {
    tree: {
      ...{ ...repository, ...image, "work/elsewhere": directory(0o700), [GIT]: directory(0o700) },
      [`${GIT}/.claude-credentials`]: symlink("/work/elsewhere"),
    },
    says: `what is in /${GIT} must be looked at more closely`,
  },
  "a store whose credential is a link": {
    tree: {
      ...{ ...repository, ...image, "work/elsewhere": file(login, 0o644) },
      [`${GIT}/.claude-credentials/.credentials.json`]: symlink("/work/elsewhere"),
    },
    says: `what is in /${GIT} must be looked at more closely`,
  },
  "a folder of the older tool whose backups are a link": {
    tree: { ...image, "work/elsewhere": directory(), [`${SECRETS}/backups`]: symlink("/work/elsewhere") },
    says: `what is in /${SECRETS} must be looked at more closely`,
  },
  "the store of a newer version": {
    tree: { ...repository, ...image, ...filled(GIT), [`${GIT}/format`]: "2\n" },
    says: `what is in /${GIT} must be looked at more closely`,
  },
  "what an interrupted run left in the home": {
    tree: { ...repository, [`${HOME}/.claude-credentials-incoming-1-moved/.credentials.json`]: file(login) },
    says: "an interrupted run left /home/dev/.claude-credentials-incoming-1-moved",
  },
  "a CLAUDE_CONFIG_DIR that is not there": {
    tree: { ...repository },
    env: { CLAUDE_CONFIG_DIR: "/home/dev/config" },
    says: "CLAUDE_CONFIG_DIR names /home/dev/config",
  },
  "a CLAUDE_CONFIG_DIR that is relative": {
    tree: { ...repository, config: directory() },
    env: { CLAUDE_CONFIG_DIR: "config" },
    says: "CLAUDE_CONFIG_DIR is no plain path",
  },
  "no workspace folder": {
    tree: { ...image },
    args: ["--workspace", "/work/missing"],
    says: "there is no workspace folder, or it is not known",
  },
  "a workspace folder whose name could move the cursor": {
    tree: { ...image, "work/a\u001b[2J/.git/HEAD": "" },
    args: ["--workspace", "/work/a\u001b[2J"],
    says: "a path holds control characters",
  },
  "a flag that is not the hook's": {
    tree: { ...repository },
    args: ["--json"],
    says: "these flags need one",
  },
};

const leftOwners: typeof left = {
  "a git directory of somebody else's": {
    tree: { ...repository, ...image },
    foreign: [`/${WORK}/.git`],
    says: `/${GIT} is no directory of yours that can be written to`,
  },
  "a store of somebody else's": {
    tree: { ...repository, ...image, [GIT]: directory(0o777) },
    foreign: [`/${GIT}`],
    says: `what is in /${GIT} must be looked at more closely`,
  },
  "a credential of somebody else's": {
    tree: { ...repository, ...image, ...filled(GIT) },
    foreign: [`/${GIT}/.claude-credentials/.credentials.json`],
    says: `what is in /${GIT} must be looked at more closely`,
  },
  "a home of somebody else's": {
    tree: { ...repository, [HOME]: directory(0o777) },
    foreign: [`/${HOME}`],
    says: "the home /home/dev is not yours",
  },
};

beforeAll(async () => {
  await ensureBuilt();
});

describe.each(shells())("start without a Node.js under $name", (shell: Shell) => {
  it.each(Object.entries(done))("does what the full start does, and then nothing: %s", async (_, given) => {
    const sandbox = containerIn(shell, given);
    const first = await hook(sandbox, given, "--strict");
    expect(first).toMatchObject({ exitCode: 0 });
    const bundled = containerIn(shell, given);
    giveNode(bundled);
    expect(await hook(bundled, given, "--strict")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(everything(sandbox)).toEqual(everything(bundled));
    const second = await hook(sandbox, given, "--strict");
    expect(second).toMatchObject({ exitCode: 0, stderr: "" });
    expect(second.stdout).toMatch(/^claude-credentials: unchanged, login kept in \/[^\n]+\n$/);
    expect(everything(sandbox)).toEqual(everything(bundled));

    giveNode(sandbox);
    const full = await hook(sandbox, given, "--strict", "--json");
    expect(JSON.parse(full.stdout)).toMatchObject({ outcome: "persistent", findings: [] });
    expect(second.stdout).toContain(
      `${(JSON.parse(full.stdout) as { store: { root: string } }).store.root}\n`,
    );
    expect(everything(sandbox)).toEqual(everything(bundled));
  });

  it.each(Object.entries({ ...left, ...(isRoot ? leftOwners : {}) }))(
    "touches nothing and says why: %s",
    async (_, given) => {
      const sandbox = containerIn(shell, given);
      const before = everything(sandbox);
      const result = await hook(sandbox, given);
      expect(result).toMatchObject({ exitCode: 0, stdout: "" });
      expect(result.stderr).toMatch(/^claude-credentials: RUNTIME_MISSING: [^\n]+\n {2}add "ghcr[^\n]+\n$/);
      expect(result.stderr).toContain(given.says);
      expect(everything(sandbox)).toEqual(before);
      expect((await hook(sandbox, given, "--strict")).exitCode).toBe(1);
    },
  );

  it("calls no git and nothing else that lies in the workspace", async () => {
    const sandbox = containerIn(shell, { tree: { ...repository, ...image, ...filled(GIT) } });
    for (const folder of ["/work/project", "/work/project/.git", `/${GIT}`, `/${GIT}/.claude-credentials`])
      for (const tool of ["git", "ln", "ls", "mkdir", "readlink"])
        sandbox.file(`${folder}/${tool}`, "#!/bin/sh\n: >/tmp/canary\n", 0o755);
    const script = `cd /work/project && exec ${launcher} start --workspace /work/project`;
    await sandbox.run(["/bin/sh", "-c", script], { env: { PATH: ".::/usr/bin:/bin" } });
    expect(sandbox.exists("/tmp/canary")).toBe(false);
    expect(sandbox.exists("/home/dev/.claude")).toBe(true);
  });
});
