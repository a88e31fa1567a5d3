import { describe, expect, test } from "vitest";
import { findWorkspace } from "../../../src/inspect/find-workspace.ts";
import { TestMachine } from "../../support/machine.ts";
import { directory, symlink } from "../../support/tree.ts";

interface Asked {
  readonly workspace?: string | null;
  readonly configDirectory?: string | null;
  /** Where it is asked. */
  readonly folder?: string;
}

function find(
  machine: TestMachine,
  { workspace = null, configDirectory = null, folder = "elsewhere/b" }: Asked,
) {
  const asked = { home: machine.home, workspace, configDirectory };
  return findWorkspace(machine.machine.fs, asked, machine.path(folder));
}

const STAMP = "home/.cache/claude-credentials/stamp";
const PROJECTS = { "elsewhere/b/.devcontainer": directory(), "elsewhere/c": directory() };

async function started(): Promise<TestMachine> {
  const machine = new TestMachine({ repository: true, tree: PROJECTS, mounts: [["elsewhere", "ext4"]] });
  await machine.start();
  return machine;
}

describe("the workspace that status and doctor mean is", () => {
  test("the one that is named, whatever else tells", async () => {
    expect(find(await started(), { workspace: "/named" })).toBe("/named");
  });

  test("the one of the last start, wherever the link leads and wherever it is asked", async () => {
    const machine = await started();
    machine.relink("home/.claude", "/other/.git/claude-credentials/.claude-credentials");
    expect(find(machine, {})).toBe(machine.work);
  });

  test("without a stamp the one whose store the link leads to, wherever it is asked", async () => {
    const machine = await started();
    machine.forget(STAMP);
    expect(find(machine, {})).toBe(machine.work);
  });

  test("also where that store is gone", async () => {
    const machine = await started();
    machine.forget(STAMP);
    machine.forgetDirectory("work/.git/claude-credentials");
    expect(find(machine, {})).toBe(machine.work);
  });

  test("also where the link leads there by way of another", async () => {
    const machine = await started();
    machine.forget(STAMP);
    const text = machine.linkText("home/.claude");
    machine.add({ "elsewhere/way": symlink(text) });
    machine.relink("home/.claude", machine.path("elsewhere/way"));
    expect(find(machine, {})).toBe(machine.work);
  });

  test("the one whose store CLAUDE_CONFIG_DIR names", async () => {
    const machine = await started();
    const configDirectory = machine.path("work/.git/claude-credentials/.claude-credentials");
    machine.forget(STAMP);
    expect(find(machine, { configDirectory })).toBe(machine.work);
  });

  test("the project that it is asked in, where nothing else tells", () => {
    const machine = new TestMachine({ tree: PROJECTS, mounts: [["elsewhere", "ext4"]] });
    expect(find(machine, {})).toBe(machine.path("elsewhere/b"));
  });

  test("none where nothing tells", () => {
    const machine = new TestMachine({ tree: PROJECTS, mounts: [["elsewhere", "ext4"]] });
    expect(find(machine, { folder: "elsewhere/c" })).toBeNull();
  });
});
