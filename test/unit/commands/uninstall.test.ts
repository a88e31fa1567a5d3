import { describe, expect, test } from "vitest";
import { login, state } from "../../support/login.ts";
import { TestMachine, type MachineOptions } from "../../support/machine.ts";
import { file, type Tree } from "../../support/tree.ts";
import { GIT, PLACES } from "./places.ts";

const HOME: Tree = {
  "home/.claude/.credentials.json": file(login("home")),
  "home/.claude/settings.json": file('{"model":"opus"}', 0o644),
  "home/.claude/projects/-work/one.jsonl": file("one\n"),
  "home/.claude.json": file(state("who@example.com")),
};

/** What the client would find. */
const BACK = {
  ".claude": "directory 0700",
  ".claude.json": `file 0600 ${state("who@example.com")}`,
  ".claude/.credentials.json": `file 0600 ${login("home")}`,
  ".claude/projects": "directory 0755",
  ".claude/projects/-work": "directory 0755",
  ".claude/projects/-work/one.jsonl": "file 0600 one\n",
  ".claude/settings.json": 'file 0644 {"model":"opus"}',
};

async function started(options: MachineOptions = GIT.options, tree: Tree = HOME): Promise<TestMachine> {
  const machine = new TestMachine({ ...options, tree: { ...tree, ...options.tree } });
  await machine.start();
  expect(machine.linkText("home/.claude")).toContain(".claude-credentials");
  return machine;
}

/** The home without the directories that others may have made. */
function homeOf(machine: TestMachine): Record<string, string> {
  const all = machine.snapshot("home");
  return Object.fromEntries(
    Object.entries(all).filter(([path]) => ![".local", ".local/share", ".cache"].includes(path)),
  );
}

describe.each(PLACES)("uninstall from $name", ({ options, at }) => {
  test("brings a real directory and file back, removes everything of ours, and twice changes nothing", async () => {
    const before = new TestMachine({ ...options }).snapshot("work");
    const machine = await started(options);
    const { code, report, err } = await machine.uninstall();
    expect({ code, outcome: report.outcome, err }).toEqual({ code: 0, outcome: "uninstalled", err: "" });
    expect(homeOf(machine)).toEqual(BACK);
    expect(machine.snapshot("work")).toEqual(before);
    expect(at === "volume" ? machine.snapshot("volume") : {}).toEqual({});
    const again = await machine.uninstall();
    expect(again).toMatchObject({ code: 0, mutations: [], report: { outcome: "unchanged" } });
  });

  test("with --keep-store leaves the store as it is, and twice changes nothing", async () => {
    const machine = await started(options);
    const before = machine.snapshot(at);
    const { code, report } = await machine.uninstall("--keep-store");
    expect({ code, outcome: report.outcome }).toEqual({ code: 0, outcome: "uninstalled" });
    expect(homeOf(machine)).toEqual(BACK);
    expect(machine.snapshot(at)).toEqual(before);
    expect(report.findings.map(({ code: said }) => said)).toContain("STORE_KEPT");
    const again = await machine.uninstall("--keep-store");
    expect(again).toMatchObject({ code: 0, mutations: [], report: { outcome: "unchanged" } });
  });
});
