import { execFileSync } from "node:child_process";
import { appendFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { login } from "../../support/login.ts";
import { TestMachine, type MachineOptions } from "../../support/machine.ts";
import { directory, file, type Tree } from "../../support/tree.ts";

const SECRETS = "work/.devcontainer.secrets";
const GIT_STORE = "work/.git/claude-credentials";

function git(folder: string, ...args: string[]): string {
  return execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** A machine with a real repository of one commit in its workspace folder. */
function withRepository(tree: Tree = {}, options: MachineOptions = {}): TestMachine {
  const machine = new TestMachine({
    ...options,
    tree: { "work/README.md": "read me", "home/.claude/.credentials.json": file(login("home")), ...tree },
  });
  git(machine.work, "init", "-q", "-b", "main");
  git(machine.work, "add", "README.md");
  git(machine.work, "commit", "-q", "-m", "first");
  return machine;
}

describe("a store in .devcontainer.secrets is out of git's hands", () => {
  test("status is clean, add -A takes nothing, clean -fdx and stash --all leave it", async () => {
    const machine = withRepository({ [SECRETS]: directory(), "work/.gitignore": "dist/\n" });
    git(machine.work, "add", ".gitignore");
    git(machine.work, "commit", "-q", "-m", "ignore");
    const { report } = await machine.start();
    expect(report).toMatchObject({ outcome: "persistent", findings: [], store: { kind: "workspace" } });

    expect(machine.read("home/.cache/claude-credentials/stamp")).toContain(`\n+${machine.work}/.git/index\n`);
    const store = machine.snapshot(SECRETS);
    expect(store[".gitignore"]).toBe("file 0644 *\n");
    expect(store[".git/HEAD"]).toBe("file 0600 ref: refs/heads/main\n");
    expect(Object.keys(store).filter((path) => path.startsWith(".git/"))).toEqual([
      ".git/HEAD",
      ".git/objects",
      ".git/refs",
    ]);
    expect(machine.read("work/.git/info/exclude").split("\n")).toContain("/.devcontainer.secrets/");
    expect(machine.read("work/.gitignore")).toBe("dist/\n");

    writeFileSync(`${machine.work}/untracked`, "x");
    expect(git(machine.work, "status", "--porcelain", "-uall")).toBe("?? untracked\n");
    git(machine.work, "add", "-A");
    expect(git(machine.work, "ls-files")).toBe(".gitignore\nREADME.md\nuntracked\n");
    git(machine.work, "stash", "--all");
    expect(machine.snapshot(SECRETS)).toEqual(store);
    git(machine.work, "stash", "drop");
    git(machine.work, "clean", "-fdx");
    expect(machine.snapshot(SECRETS)).toEqual(store);
    expect((await machine.start()).mutations).toEqual([]);
  });

  test.each(["!.devcontainer.secrets/", "!.devcontainer.secrets/**", "!*", "!.devcontainer.secrets"])(
    "a .gitignore of the repository that says '%s' does not bring it back",
    async (line) => {
      const machine = withRepository({ [SECRETS]: directory(), "work/.gitignore": `${line}\n` });
      git(machine.work, "add", ".gitignore");
      git(machine.work, "commit", "-q", "-m", "ignore");
      await machine.start();
      git(machine.work, "add", "-A");
      expect(git(machine.work, "ls-files")).toBe(".gitignore\nREADME.md\n");
      expect(git(machine.work, "status", "--porcelain", "-uall")).toBe("");
    },
  );

  test("in a folder below the repository's top, with git's pattern characters in its name", async () => {
    const machine = withRepository({
      "work/a [b]*?\\/.devcontainer.secrets/.claude-credentials": directory(0o700),
    });
    const workspace = `${machine.work}/a [b]*?\\`;
    await machine.startWith("--workspace", workspace, "--store", "workspace");
    expect(machine.read("work/.git/info/exclude").split("\n")).toContain(
      "/a \\[b\\]\\*\\?\\\\/.devcontainer.secrets/",
    );
    expect(git(machine.work, "status", "--porcelain", "-uall")).toBe("");
    git(machine.work, "clean", "-fdx");
    expect(machine.read("work/a [b]*?\\/.devcontainer.secrets/.claude-credentials/.credentials.json")).toBe(
      login("home"),
    );
  });

  test("lines that are there stay, also without a line break at the end", async () => {
    const machine = withRepository({ [SECRETS]: directory(), [`${SECRETS}/.gitignore`]: "*.log" });
    writeFileSync(`${machine.work}/.git/info/exclude`, "# mine\n*.tmp");
    await machine.start();
    expect(machine.read("work/.git/info/exclude")).toBe("# mine\n*.tmp\n/.devcontainer.secrets/\n");
    expect(machine.read(`${SECRETS}/.gitignore`)).toBe("*.log\n*\n");
    await machine.start();
    expect(machine.read("work/.git/info/exclude")).toBe("# mine\n*.tmp\n/.devcontainer.secrets/\n");
  });

  test("without an info directory one is made", async () => {
    const machine = withRepository({ [SECRETS]: directory() });
    execFileSync("rm", ["-r", `${machine.work}/.git/info`]);
    await machine.start();
    expect(machine.read("work/.git/info/exclude")).toBe("/.devcontainer.secrets/\n");
  });

  test("where info/exclude cannot be written there is no nested repository either, and add -A works", async () => {
    const machine = withRepository({ [SECRETS]: directory() });
    machine.own("work/.git/info", { uid: 1234, gid: 1234 });
    machine.own("work/.git/info/exclude", { uid: 1234, gid: 1234 });
    await machine.start();
    expect(machine.exists(`${SECRETS}/.git`)).toBe(false);
    git(machine.work, "add", "-A");
    expect(git(machine.work, "ls-files")).toBe("README.md\n");
  });

  test("a .git of another kind in it is left as it is", async () => {
    const machine = withRepository({ [`${SECRETS}/.git`]: "gitdir: /elsewhere\n" });
    const { report } = await machine.start();
    expect(report.outcome).toBe("persistent");
    expect(machine.read(`${SECRETS}/.git`)).toBe("gitdir: /elsewhere\n");
  });

  test("without a repository it has its .gitignore for the day when there is one", async () => {
    const machine = new TestMachine();
    await machine.start();
    expect(machine.read(`${SECRETS}/.gitignore`)).toBe("*\n");
    expect(machine.exists(`${SECRETS}/.git`)).toBe(false);
  });
});

test("a store in the git directory is out of its reach altogether", async () => {
  const machine = withRepository();
  const { report } = await machine.start();
  expect(report.store?.kind).toBe("git");
  const store = machine.snapshot(GIT_STORE);
  expect(git(machine.work, "status", "--porcelain", "-uall", "--ignored")).toBe("");
  git(machine.work, "add", "-A");
  git(machine.work, "stash", "--all");
  git(machine.work, "clean", "-ffdx");
  git(machine.work, "gc", "-q", "--prune=now");
  git(machine.work, "fsck", "--full");
  expect(git(machine.work, "ls-files")).toBe("README.md\n");
  expect(machine.snapshot(GIT_STORE)).toEqual(store);
});

describe("files that git tracks came with the repository", () => {
  const planted: Tree = {
    [`${SECRETS}/.claude-credentials/settings.json`]: file('{"apiKeyHelper":"/evil"}', 0o644),
    [`${SECRETS}/.claude-credentials/.credentials.json`]: file(login("planted", 99), 0o644),
  };

  test.each([{ flags: [] as string[] }, { flags: ["--adopt"] }, { flags: ["--store", "workspace"] }])(
    "such a store is not used: start $flags",
    async ({ flags }) => {
      const machine = withRepository(planted);
      git(machine.work, "add", "-f", ".devcontainer.secrets");
      const before = machine.snapshot(SECRETS);
      const { report, code } = await machine.start("--strict", ...flags);
      expect(code).toBe(1);
      const found = report.findings.filter((finding) => finding.code === "STORE_TRACKED_BY_GIT");
      expect(found).toHaveLength(1);
      expect(found[0]?.hint).toContain(`git -C ${machine.work} rm -r .devcontainer.secrets`);
      expect(machine.snapshot(SECRETS)).toEqual(before);
      expect(report.store?.kind ?? null).toBe(flags.includes("--store") ? null : "git");
      const at = flags.includes("--store") ? "home/.claude" : `${GIT_STORE}/.claude-credentials`;
      expect(machine.read(`${at}/.credentials.json`)).toBe(login("home"));
      expect(machine.exists(`${at}/settings.json`)).toBe(false);
    },
  );

  test("under a name that differs in case alone too: a host's file system may be blind to it", async () => {
    const machine = withRepository({ "work/.DevContainer.Secrets/x": "x", [SECRETS]: directory() });
    git(machine.work, "add", "-f", ".DevContainer.Secrets");
    const { report } = await machine.start();
    expect(report.findings[0]?.code).toBe("STORE_TRACKED_BY_GIT");
  });

  test("also where the files are in the index alone", async () => {
    const machine = withRepository(planted);
    git(machine.work, "add", "-f", ".devcontainer.secrets");
    execFileSync("rm", ["-r", `${machine.root}/${SECRETS}`]);
    const { report } = await machine.start("--store", "workspace");
    expect(report).toMatchObject({ outcome: "not-persistent", store: null });
    expect(machine.exists(SECRETS)).toBe(false);
  });

  test("and git is asked without running anything of the repository's", async () => {
    const machine = withRepository({ [SECRETS]: directory() });
    const trap = `${machine.root}/trap`;
    machine.add({ trap: file(`#!/bin/sh\ntouch ${machine.root}/SPRUNG\n`, 0o755) });
    appendFileSync(
      `${machine.work}/.git/config`,
      [
        `[core]\n\tfsmonitor = ${trap}\n\thooksPath = ${machine.root}\n\tpager = ${trap}\n\tsshCommand = ${trap}`,
        `[alias]\n\tls-files = !${trap}`,
        `[pager]\n\tls-files = ${trap}`,
        `[include]\n\tpath = ${trap}`,
        "",
      ].join("\n"),
    );
    await machine.start();
    expect(machine.exists("SPRUNG")).toBe(false);
  });
});

describe("a .git that is a file", () => {
  test("of a worktree whose repository is there: the folder is used when git tracks nothing in it", async () => {
    const machine = withRepository();
    git(machine.work, "worktree", "add", "-q", "../elsewhere/tree");
    const workspace = `${machine.root}/elsewhere/tree`;
    const run = await machine.startWith("--workspace", workspace, "--json");
    expect(JSON.parse(run.out)).toMatchObject({
      store: { root: `${workspace}/.devcontainer.secrets`, kind: "workspace" },
    });
    expect(machine.read("elsewhere/tree/.devcontainer.secrets/.gitignore")).toBe("*\n");
    expect(machine.exists("elsewhere/tree/.devcontainer.secrets/.git")).toBe(false);
    expect(git(workspace, "status", "--porcelain", "-uall")).toBe("");
  });

  test("of a worktree whose repository is gone: a store that knows its own directory goes on", async () => {
    const machine = new TestMachine({ tree: { "work/.git": "gitdir: /gone/.git/worktrees/work\n" } });
    await machine.start();
    expect((await machine.start("--strict")).code).toBe(0);
    // A copy of it carries another directory's identity.
    execFileSync("cp", ["-a", machine.path(SECRETS), `${machine.root}/copy`]);
    execFileSync("rm", ["-r", machine.path(SECRETS)]);
    execFileSync("cp", ["-a", `${machine.root}/copy`, machine.path(SECRETS)]);
    const copied = await machine.start("--strict");
    expect(copied.report.findings[0]?.code).toBe("STORE_UNSAFE");
    expect(copied.report.findings[0]?.hint).toContain(`start --workspace ${machine.work} --adopt`);
    expect((await machine.start("--strict", "--adopt")).code).toBe(0);
    expect((await machine.start("--strict")).code).toBe(0);
  });
});
