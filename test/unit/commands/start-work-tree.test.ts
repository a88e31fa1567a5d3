import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, test, vi } from "vitest";
import { login, state } from "../../support/login.ts";
import { TestMachine } from "../../support/machine.ts";
import { directory, file, type Tree } from "../../support/tree.ts";

// Each test runs git and start many times.
vi.setConfig({ testTimeout: 60_000 });

const SECRETS = "work/.devcontainer.secrets";
const LOGIN = ".claude-credentials/.credentials.json";

function run(folder: string, program: string, ...args: string[]): string {
  return execFileSync(program, args, {
    cwd: folder,
    encoding: "utf8",
    env: {
      PATH: process.env["PATH"],
      HOME: tmpdir(),
      GIT_CONFIG_NOSYSTEM: "1",
      npm_config_offline: "true",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function git(folder: string, ...args: string[]): string {
  return run(
    folder,
    "git",
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@b",
    "-c",
    "protocol.file.allow=always",
    ...args,
  );
}

function inRepository(tree: Tree = {}): TestMachine {
  const machine = new TestMachine({
    tree: {
      "work/README.md": "read me",
      "work/package.json": '{"name":"a","version":"1.0.0"}',
      "home/.claude/.credentials.json": file(login("home")),
      "home/.claude.json": file(state("me@acme")),
      ...tree,
    },
  });
  git(machine.work, "init", "-q", "-b", "main");
  git(machine.work, "add", "README.md", "package.json");
  git(machine.work, "commit", "-q", "-m", "first");
  return machine;
}

/** Neither git nor npm would take anything of the store along. */
function expectNoSecretTaken(folder: string): void {
  expect(git(folder, "status", "--porcelain", "-uall")).not.toContain(".credentials.json");
  git(folder, "add", "-A");
  expect(git(folder, "ls-files")).not.toContain(".credentials.json");
  expect(git(folder, "ls-files")).not.toContain(".claude.json");
  expect(run(folder, "npm", "pack", "--dry-run", "--json")).not.toContain("claude-credentials/");
}

const NEGATIONS = ["!.devcontainer.secrets", "!.devcontainer.secrets/", "!.devcontainer.secrets/**", "!**"];

describe("F07: a root .gitignore that brings the folder back", () => {
  test.each(NEGATIONS)("'%s', there from the beginning", async (line) => {
    const machine = inRepository({ [SECRETS]: directory(), "work/.gitignore": `${line}\n` });
    expect((await machine.start()).report).toMatchObject({ findings: [], store: { kind: "workspace" } });
    expectNoSecretTaken(machine.work);
    expect((await machine.start()).mutations).toEqual([]);
  });

  test.each(NEGATIONS)("'%s', that came after our nested repository: that goes again", async (line) => {
    const machine = inRepository({ [SECRETS]: directory() });
    await machine.start();
    expect(machine.exists(`${SECRETS}/.git/HEAD`)).toBe(true);
    writeFileSync(`${machine.work}/.gitignore`, `${line}\n`);
    expect((await machine.start()).report.findings).toEqual([]);
    expectNoSecretTaken(machine.work);
    expect((await machine.start()).mutations).toEqual([]);
    writeFileSync(`${machine.work}/.gitignore`, "");
    await machine.start();
    expect(machine.exists(`${SECRETS}/.git/HEAD`)).toBe(true);
    expectNoSecretTaken(machine.work);
  });

  test("a nested repository that is somebody's own stays", async () => {
    const machine = inRepository({ [SECRETS]: directory() });
    await machine.start();
    machine.add({ [`${SECRETS}/.git/config`]: "[core]\n" });
    writeFileSync(`${machine.work}/.gitignore`, "!.devcontainer.secrets\n");
    await machine.start();
    expect(machine.exists(`${SECRETS}/.git/config`)).toBe(true);
  });
});

describe("F07: repositories of other shapes take nothing of the store", () => {
  test("a worktree", async () => {
    const machine = inRepository();
    git(machine.work, "worktree", "add", "-q", "../elsewhere/tree");
    const folder = `${machine.root}/elsewhere/tree`;
    await machine.startWith("--workspace", folder);
    expect(machine.read(`elsewhere/tree/.devcontainer.secrets/${LOGIN}`)).toBe(login("home"));
    expectNoSecretTaken(folder);
  });

  test("a submodule", async () => {
    const machine = inRepository();
    git(machine.root, "clone", "-q", "work", "elsewhere/lib");
    git(machine.work, "submodule", "add", "-q", `${machine.root}/elsewhere/lib`, "lib");
    await machine.startWith("--workspace", `${machine.work}/lib`);
    expect(machine.read(`work/lib/.devcontainer.secrets/${LOGIN}`)).toBe(login("home"));
    expectNoSecretTaken(`${machine.work}/lib`);
    expectNoSecretTaken(machine.work);
  });

  test("no repository at all", async () => {
    const machine = new TestMachine({
      tree: {
        "work/package.json": '{"name":"a","version":"1.0.0"}',
        "home/.claude/.credentials.json": file(login("home")),
      },
    });
    await machine.start();
    expect(run(machine.work, "npm", "pack", "--dry-run", "--json")).not.toContain("claude-credentials/");
    git(machine.work, "init", "-q");
    expectNoSecretTaken(machine.work);
  });
});

describe("STORE_IN_WORK_TREE: a store at a path inside a work tree", () => {
  test("is used, ignores itself, and is warned of each time", async () => {
    const machine = inRepository();
    const at = `${machine.work}/private/store`;
    const { report, code } = await machine.start("--store", at, "--strict");
    expect(code).toBe(0);
    expect(report).toMatchObject({ outcome: "persistent", store: { root: at, kind: "path" } });
    expect(report.findings.map((told) => told.code)).toEqual(["STORE_IN_WORK_TREE"]);
    expect(report.findings[0]?.message).toContain("git clean -fdx");
    expect(machine.read("work/private/store/.gitignore")).toBe("*\n");
    expectNoSecretTaken(machine.work);
    const again = await machine.start("--store", at);
    expect(again.mutations).toEqual([]);
    expect((await machine.status()).report.findings.map((told) => told.code)).toEqual(["STORE_IN_WORK_TREE"]);
    expect(again.report.findings.map((told) => told.code)).toEqual(["STORE_IN_WORK_TREE"]);
  });

  test("also in a repository that is not the workspace's", async () => {
    const machine = inRepository();
    git(machine.root, "init", "-q", "elsewhere");
    const { report } = await machine.start("--store", `${machine.root}/elsewhere/store`);
    expect(report.findings.map((told) => told.code)).toContain("STORE_IN_WORK_TREE");
  });

  test("F02: is not used where git tracks files in it", async () => {
    const machine = inRepository({
      "work/a[b]/.claude-credentials/settings.json": '{"apiKeyHelper":"/evil"}',
    });
    git(machine.work, "add", "-f", ".");
    const before = machine.snapshot("work/a[b]");
    const { report, code } = await machine.start("--store", `${machine.work}/a[b]`, "--strict", "--adopt");
    expect(code).toBe(1);
    expect(report).toMatchObject({ outcome: "not-persistent", store: null });
    expect(report.findings[0]).toMatchObject({ code: "STORE_TRACKED_BY_GIT", path: `${machine.work}/a[b]` });
    expect(machine.snapshot("work/a[b]")).toEqual(before);
    expect(machine.read("home/.claude/.credentials.json")).toBe(login("home"));
  });

  test("is none in a git directory or outside of all repositories", async () => {
    for (const place of ["work/.git/own", "elsewhere/store"]) {
      const machine = inRepository();
      const { report } = await machine.start("--store", machine.path(place));
      expect(report.store?.root).toBe(machine.path(place));
      expect(report.findings.map((told) => told.code)).not.toContain("STORE_IN_WORK_TREE");
      expect(machine.exists(`${place}/.gitignore`)).toBe(false);
    }
  });

  test("its login is merged once the option says git", async () => {
    const machine = inRepository();
    await machine.start("--store", `${machine.work}/private`);
    expect((await machine.start("--store", "git")).report).toMatchObject({
      findings: [],
      store: { kind: "git" },
    });
    expect(machine.read("home/.claude/.credentials.json")).toBe(login("home"));
  });
});

describe("STORE_NEWER: a store of a newer format", () => {
  const GIT = "work/.git/claude-credentials";

  test.each(["", "git"])(
    "is untouched, no other place is used, and a link that leads into it stays (store '%s')",
    async (store) => {
      const machine = inRepository({ [`${SECRETS}/.claude-credentials/settings.json`]: "{}" });
      await machine.start("--store", "git");
      writeFileSync(machine.path(`${GIT}/format`), "2\nwhatever this means\n");
      const before = machine.snapshot();
      const { report, mutations, code } = await machine.start(
        "--strict",
        ...(store === "" ? [] : ["--store", store]),
      );
      expect(code).toBe(1);
      expect(report.findings.map((told) => told.code)).toEqual(["STORE_NEWER"]);
      expect(report.outcome).toBe("not-persistent");
      expect(mutations).toEqual([]);
      expect((await machine.status()).report.findings.map((told) => told.code)).toEqual(["STORE_NEWER"]);
      expect(machine.snapshot()).toEqual(before);
      expect(machine.read("home/.claude/.credentials.json")).toBe(login("home"));
    },
  );

  test("that came with a repository is that: its number has no say", async () => {
    const machine = inRepository({ [`${SECRETS}/format`]: "99\n" });
    git(machine.work, "add", "-f", ".");
    const { report } = await machine.start();
    expect(report.findings.map((told) => told.code)).toEqual(["STORE_TRACKED_BY_GIT"]);
    expect(report.store?.kind).toBe("git");
  });
});
