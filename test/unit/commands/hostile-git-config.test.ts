import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { TestMachine } from "../../support/machine.ts";
import { directory, file } from "../../support/tree.ts";

const SECRETS = "work/.devcontainer.secrets";

function git(folder: string, ...args: readonly string[]): void {
  execFileSync("git", ["-c", "user.name=D", "-c", "user.email=d@e", ...args], {
    cwd: folder,
    stdio: "ignore",
  });
}

/** A machine whose repository comes with a folder for a store, and a program that leaves a trace when it is run. */
function machineWithTrap(): { readonly machine: TestMachine; readonly trap: string } {
  const machine = new TestMachine({ tree: { "work/README.md": "x\n", [SECRETS]: directory() } });
  git(machine.work, "init", "-q", "-b", "main");
  git(machine.work, "add", "README.md");
  git(machine.work, "commit", "-q", "-m", "first");
  machine.add({ trap: file(`#!/bin/sh\ntouch ${machine.root}/SPRUNG\n`, 0o755) });
  return { machine, trap: `${machine.root}/trap` };
}

/** Git configuration that has `trap` run, by where git looks for it; each is sprung by the git command beside it. */
const traps: readonly (readonly [string, (trap: string, machine: TestMachine) => void, readonly string[]])[] =
  [
    [
      "core.fsmonitor",
      (trap, { work }) => {
        configure(work, `[core]\n\tfsmonitor = ${trap}\n`);
      },
      ["status"],
    ],
    [
      "core.fsmonitor of an included file",
      (trap, machine) => {
        machine.add({ "work/.git/more": file(`[core]\n\tfsmonitor = ${trap}\n`) });
        configure(machine.work, "[include]\n\tpath = more\n");
      },
      ["status"],
    ],
    [
      "core.fsmonitor of a worktree's own configuration",
      (trap, machine) => {
        machine.add({ "work/.git/config.worktree": file(`[core]\n\tfsmonitor = ${trap}\n`) });
        configure(machine.work, "[extensions]\n\tworktreeConfig = true\n");
      },
      ["status"],
    ],
    [
      "core.hooksPath",
      (trap, machine) => {
        machine.add({ "hooks/post-index-change": file(`#!/bin/sh\nexec ${trap}\n`, 0o755) });
        configure(machine.work, `[core]\n\thooksPath = ${machine.root}/hooks\n`);
      },
      ["update-index", "--really-refresh", "--force-write-index"],
    ],
    [
      "a filter",
      (trap, machine) => {
        machine.add({ "work/.git/info/attributes": file("* filter=trap\n") });
        configure(machine.work, `[filter "trap"]\n\tclean = ${trap}\n\tsmudge = ${trap}\n\trequired\n`);
      },
      ["add", "--renormalize", "."],
    ],
    [
      "an alias",
      (trap, { work }) => {
        configure(work, `[alias]\n\tsprung = !${trap}\n\tls-files = !${trap}\n\tcheck-ignore = !${trap}\n`);
      },
      ["sprung"],
    ],
    [
      "core.sshCommand",
      (trap, { work }) => {
        configure(
          work,
          `[core]\n\tsshCommand = ${trap}\n[remote "origin"]\n\turl = ssh://x/y\n\tpromisor = true\n`,
        );
      },
      ["fetch", "origin"],
    ],
  ];

describe.each(traps)("F05: %s", (_, set, springing) => {
  test("is heard by neither start nor status", async () => {
    const { machine, trap } = machineWithTrap();
    set(trap, machine);
    for (const flags of [[], ["--store", "workspace"], ["--store", "git"]]) {
      expect((await machine.start(...flags)).code).toBe(0);
      await machine.status("--workspace", machine.work);
    }
    expect(machine.exists("SPRUNG")).toBe(false);
    // The trap is a good one.
    spawnSync("git", springing, { cwd: machine.work });
    expect(machine.exists("SPRUNG")).toBe(true);
  });
});

describe("F05: what a repository's configuration says of its place does not hide what it tracks", () => {
  test.each([
    ["core.worktree elsewhere", (work: string) => `[core]\n\tworktree = ${work}/../elsewhere\n`],
    ["core.bare", () => "[core]\n\tbare = true\n"],
    ["core.ignoreCase and quotePath", () => "[core]\n\tignoreCase = true\n\tquotePath = false\n"],
    ["an unknown version", () => "[core]\n\trepositoryformatversion = 99\n"],
    ["a torn configuration", () => "[core\n"],
  ])("with %s", async (_, text) => {
    const { machine } = machineWithTrap();
    machine.add({
      [`${SECRETS}/.claude-credentials/settings.json`]: file('{"apiKeyHelper":"touch /tmp/x"}'),
    });
    git(machine.work, "add", "-f", ".devcontainer.secrets");
    git(machine.work, "commit", "-q", "-m", "plant");
    machine.add({ "elsewhere/x": "x" });
    configure(machine.work, text(machine.work));
    for (const flags of [[], ["--store", "workspace"]]) {
      const { report } = await machine.start(...flags);
      expect(report.findings[0]?.code).toMatch(/^STORE_(TRACKED_BY_GIT|UNSAFE)$/);
      expect(report.store?.kind).not.toBe("workspace");
    }
    expect(machine.exists("home/.claude/settings.json")).toBe(false);
  });
});

function configure(work: string, text: string): void {
  appendFileSync(`${work}/.git/config`, text);
}
