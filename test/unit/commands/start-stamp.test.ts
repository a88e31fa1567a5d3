import { lstatSync, utimesSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { login } from "../../support/login.ts";
import { NOW, TestMachine, repository } from "../../support/machine.ts";
import { directory, fifo, file, symlink } from "../../support/tree.ts";

const STAMP = "home/.cache/claude-credentials/stamp";
const GIT_STORE = "work/.git/claude-credentials";
const SECRETS = "work/.devcontainer.secrets";

describe("the stamp", () => {
  test("says what the launcher compares, in its order, and is set back by two seconds", async () => {
    const machine = new TestMachine({ repository: true });
    await machine.start();
    const { home, work } = machine;
    expect(machine.read(STAMP).split("\n")).toEqual([
      "claude-credentials stamp 1",
      "1.2.3",
      "c0ffee",
      work,
      "0d3v1d",
      "",
      `${work}/.git/claude-credentials`,
      `${home}/.claude`,
      `${work}/.git/claude-credentials/.claude-credentials`,
      `${home}/.claude.json`,
      `${work}/.git/claude-credentials/.claude-credentials/.claude.json`,
      `-${work}/.git/claude-credentials/env-vars/.claude-code-env`,
      "",
    ]);
    expect(machine.mode(STAMP)).toBe("0600");
    expect(lstatSync(machine.path(STAMP)).mtimeMs).toBe(NOW - 2000);
  });

  test("with CLAUDE_CONFIG_DIR names it and no link beside it", async () => {
    const machine = new TestMachine({ repository: true, configDirectory: "home/conf" });
    await machine.start();
    expect(machine.read(STAMP).split("\n").slice(5, 11)).toEqual([
      `${machine.home}/conf`,
      machine.path(GIT_STORE),
      `${machine.home}/conf`,
      machine.path(`${GIT_STORE}/.claude-credentials`),
      "",
      "",
    ]);
  });

  test("for .devcontainer.secrets watches the repository's index, its .gitignore and the credential", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: { [SECRETS]: directory() },
    });
    await machine.start();
    expect(machine.read(STAMP).split("\n").slice(11, -1)).toEqual([
      `-${machine.work}/.git/index`,
      `-${machine.work}/.gitignore`,
      `-${machine.path(SECRETS)}/.claude-credentials/.credentials.json`,
      `-${machine.path(SECRETS)}/env-vars/.claude-code-env`,
    ]);
    machine.add({ [`${SECRETS}/.claude-credentials/.credentials.json`]: file(login("a")) });
    await machine.start();
    expect(machine.read(STAMP)).toContain(
      `\n+${machine.path(SECRETS)}/.claude-credentials/.credentials.json\n`,
    );
  });

  test("below a repository's top watches the index there", async () => {
    const machine = new TestMachine({
      tree: { ...repository("work"), "work/sub/.devcontainer.secrets": directory() },
    });
    await machine.startWith("--workspace", `${machine.work}/sub`);
    expect(machine.read(STAMP)).toContain(`\n-${machine.work}/.git/index\n`);
  });

  test("is newer than the container's marker, were that made this very second", async () => {
    const machine = new TestMachine({ repository: true });
    utimesSync(machine.path("machine/dockerenv"), NOW / 1000, NOW / 1000);
    await machine.start();
    expect(lstatSync(machine.path(STAMP)).mtimeMs).toBeGreaterThanOrEqual(NOW + 1000);
  });

  test("is written anew for a new container, and not touched while it speaks for itself", async () => {
    const machine = new TestMachine({ repository: true });
    await machine.start();
    expect((await machine.start()).mutations).toEqual([]);
    machine.now += 60_000;
    expect((await machine.start()).mutations).toEqual([]);
    utimesSync(machine.path("machine/dockerenv"), NOW / 1000 + 30, NOW / 1000 + 30);
    expect((await machine.start()).mutations).toHaveLength(3);
    expect(lstatSync(machine.path(STAMP)).mtimeMs).toBe(NOW + 58_000);
  });

  test.each([
    ["a link of somebody else's", { elsewhere: directory(), "home/.claude": symlink("../elsewhere") }],
    [
      "a blank credential",
      { "home/.claude/.credentials.json": file('{"claudeAiOauth":{"accessToken":""}}') },
    ],
  ])("is not written while something is to be said at each start: %s", async (_, tree) => {
    const machine = new TestMachine({ repository: true, tree });
    await machine.start();
    expect(machine.exists(STAMP)).toBe(false);
  });

  test("is written where something was to be said of one run's doing alone", async () => {
    const machine = new TestMachine({ repository: true, tree: { "home/.claude/pipe": fifo() } });
    expect((await machine.start()).report.findings).toHaveLength(1);
    expect(machine.exists(STAMP)).toBe(true);
  });

  test("is not written for a dry run, a store that does not persist, a value with a line break", async () => {
    const dry = new TestMachine({ repository: true });
    await dry.start("--dry-run");
    expect(dry.exists("home/.cache")).toBe(false);
    const fleeting = new TestMachine({ mounts: [["work", "tmpfs"]] });
    await fleeting.start();
    expect(fleeting.exists("home/.cache")).toBe(false);
    const broken = new TestMachine({ tree: { "work/a\nb": directory() } });
    const run = await broken.startWith("--workspace", `${broken.work}/a\nb`);
    expect(run.out).toContain("login kept in");
    expect(broken.exists("home/.cache")).toBe(false);
  });

  test("that cannot be written costs nothing", async () => {
    const machine = new TestMachine({ repository: true, tree: { "home/.cache": file("a file") } });
    expect((await machine.start("--strict")).code).toBe(0);
  });

  test("that may not be read costs nothing either", async () => {
    const machine = new TestMachine({ repository: true });
    await machine.start();
    machine.own(STAMP, { uid: 0, gid: 0 });
    const { report, code } = await machine.start("--strict");
    expect([code, report.findings]).toEqual([0, []]);
  });

  test("tells a start by hand which workspace and container it means", async () => {
    const machine = new TestMachine({ volume: true, options: { perContainer: true } });
    await machine.start();
    const run = await machine.startWith("--strict");
    expect(run.code).toBe(0);
    expect(run.out).toBe(
      "claude-credentials: unchanged, login kept in /var/lib/claude-credentials\n  nobody is logged in yet: run claude, log in once, and it stays\n",
    );
  });

  test("without one the link tells", async () => {
    const machine = new TestMachine({ repository: true });
    await machine.start();
    machine.forget(STAMP);
    expect((await machine.startWith("--strict")).code).toBe(0);
  });
});
