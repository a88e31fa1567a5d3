import { describe, expect, test } from "vitest";
import { guessWorkspace } from "../../../src/inspect/guess-workspace.ts";
import { TestMachine, VOLUME, type MachineOptions } from "../../support/machine.ts";
import { directory, file, symlink } from "../../support/tree.ts";

function guess(folder: string, options: MachineOptions): string | null {
  const machine = new TestMachine(options);
  const found = guessWorkspace(machine.machine.fs, machine.path(folder), machine.home);
  return found?.replace(`${machine.root}/`, "") ?? null;
}

describe("the workspace, told from where a terminal was opened:", () => {
  test.each<[string, string, MachineOptions, string | null]>([
    ["the project's top", "work", { repository: true }, "work"],
    ["a folder of the project", "work/a/b", { repository: true, tree: { "work/a/b": directory() } }, "work"],
    ["the mount itself, whatever is in it", "work", {}, "work"],
    ["a folder of a mount that is no project", "work/a", { tree: { "work/a": directory() } }, null],
    [
      "a project beside others on one mount",
      "work/one/src",
      {
        tree: {
          "work/one/.devcontainer/devcontainer.json": "{}",
          "work/one/src": directory(),
          "work/two": directory(),
        },
      },
      "work/one",
    ],
    ["a project by its one file", "work/p", { tree: { "work/p/.devcontainer.json": "{}" } }, "work/p"],
    ["a project by its store", "work/p", { tree: { "work/p/.devcontainer.secrets": directory() } }, "work/p"],
    ["a worktree", "work/p", { tree: { "work/p/.git": file("gitdir: /elsewhere") } }, "work/p"],
    [
      "a project that a link leads to",
      "home/link",
      { repository: true, tree: { "home/link": symlink("../work") } },
      "work",
    ],
    ["the home", "home", {}, null],
    ["a repository in the home", "home/p", { tree: { "home/p/.git/HEAD": "" } }, null],
    [
      "a home that is a mount",
      "home/p",
      { mounts: [["home", "ext4"]], tree: { "home/p/.git/HEAD": "" } },
      null,
    ],
    [
      "a project that is mounted below the home",
      "home/p",
      { mounts: [["home/p", "ext4"]], tree: { "home/p/.git/HEAD": "" } },
      "home/p",
    ],
    [
      "a cache that is mounted below the home",
      "home/.npm",
      { mounts: [["home/.npm", "ext4"]], tree: { "home/.npm": directory() } },
      null,
    ],
    ["the container's own layer", "elsewhere", { tree: { "elsewhere/.git/HEAD": "" } }, null],
    [
      "a file system in memory",
      "memory",
      { mounts: [["memory", "tmpfs"]], tree: { "memory/.git/HEAD": "" } },
      null,
    ],
    ["the store's own mount", VOLUME, { volume: true }, null],
    [
      "a mount that cannot be written to",
      "data",
      { mounts: [["data", "ext4"]], tree: { data: directory(0o555) } },
      null,
    ],
    ["a folder that is gone", "work/gone", { repository: true }, null],
    [
      "a folder that may not be looked into",
      "work/closed/in",
      { tree: { "work/closed/in/.git/HEAD": "", "work/closed": directory(0o000) } },
      null,
    ],
  ])("%s", (_, folder, options, expected) => {
    expect(guess(folder, options)).toBe(expected);
  });
});
