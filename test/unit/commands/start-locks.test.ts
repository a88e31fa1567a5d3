import { mkdirSync, rmdirSync, utimesSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { login } from "../../support/login.ts";
import { TestMachine } from "../../support/machine.ts";
import { file } from "../../support/tree.ts";

const NEWER = login("newer");
const STORE = "work/.git/claude-credentials";

function machineWithLogin(): TestMachine {
  return new TestMachine({
    repository: true,
    tree: {
      "home/.claude/.credentials.json": file(NEWER),
      "home/.claude/history.jsonl": file("one\n"),
      "home/.claude.json": file('{"hasCompletedOnboarding":true}'),
    },
  });
}

/** A client that holds a lock and touches it until `until` ms have gone by; it lets go then. */
function hold(machine: TestMachine, path: string, until: number): void {
  const lock = machine.path(path);
  const touch = (): void => {
    const time = (machine.now + machine.slept) / 1000;
    utimesSync(lock, time, time);
  };
  mkdirSync(lock);
  touch();
  let isHeld = true;
  machine.whileSleeping = () => {
    if (!isHeld) return;
    if (machine.slept < until) touch();
    else rmdirSync(lock);
    isHeld = machine.slept < until;
  };
}

const LOCKS = [
  "home/.claude/.oauth_refresh.lock",
  "home/.claude.lock",
  "home/.claude/.storage-write.lock",
  `${STORE}/.claude-credentials/.oauth_refresh.lock`,
  `${STORE}/.claude-credentials.lock`,
  `${STORE}/.claude-credentials/.storage-write.lock`,
];

test.each(["home/.claude/.oauth_refresh.lock", "home/.claude.lock"])(
  "%s that is a file is said to be no lock, with what to do",
  async (path) => {
    const machine = machineWithLogin();
    machine.add({ [path]: file("") });
    const time = machine.now / 1000;
    utimesSync(machine.path(path), time, time);
    const { report } = await machine.start("--wait", "0");
    expect(report.findings.filter(({ code }) => code === "LOCK_HELD")).toEqual([
      expect.objectContaining({
        message: `${machine.path(path)} is in the place of a lock and is none: locks are directories. All stays as it was`,
        hint: `when no Claude Code runs: rm -- ${machine.path(path)}   then: claude-credentials start\nclaude-credentials explain LOCK_HELD`,
      }),
    ]);
    machine.forget(path);
    expect((await machine.start("--strict")).code).toBe(0);
  },
);

describe("while the client is at work on the login", () => {
  test.each(LOCKS)("E03: %s, held for 5 s, is waited for", async (path) => {
    const machine = machineWithLogin();
    mkdirSync(machine.path(`${STORE}/.claude-credentials`), { recursive: true, mode: 0o700 });
    hold(machine, path, 5_000);
    const { report, code } = await machine.start("--strict");
    expect(code).toBe(0);
    expect(report.findings).toEqual([]);
    expect(machine.slept).toBeGreaterThanOrEqual(5_000);
    expect(machine.read("home/.claude/.credentials.json")).toBe(NEWER);
    expect(machine.linkText("home/.claude")).toBe(machine.path(`${STORE}/.claude-credentials`));
  });

  test.each(LOCKS)(
    "E03: %s, held for longer than the wait, leaves all as it was; the next start finishes it",
    async (path) => {
      const machine = machineWithLogin();
      mkdirSync(machine.path(`${STORE}/.claude-credentials`), { recursive: true, mode: 0o700 });
      hold(machine, path, 60_000);
      const before = machine.snapshot("home");
      const { report, code } = await machine.start();
      expect(code).toBe(0);
      expect(machine.slept).toBe(10_000);
      expect(report.outcome).toBe("not-persistent");
      expect(report.findings.map((finding) => [finding.code, finding.path])).toEqual([
        ["LOCK_HELD", machine.path(path)],
      ]);
      const after = machine.snapshot("home");
      delete after[".claude.json"];
      expect(before).toMatchObject(after);
      expect(machine.exists(`${STORE}/.claude-credentials/history.jsonl`)).toBe(false);
      expect(Object.keys(machine.snapshot(STORE)).filter((name) => name.includes("incoming"))).toEqual([]);

      expect((await machine.start("--strict", "--wait", "0")).code).toBe(1);
      const next = await machine.start("--strict", "--wait", "70");
      expect(next.code).toBe(0);
      expect(next.report.findings).toEqual([]);
      expect(machine.read("home/.claude/.credentials.json")).toBe(NEWER);
      expect(machine.snapshot("home")[".claude"]).toContain("link");
    },
  );

  test("its lock on ~/.claude.json is waited for too", async () => {
    const machine = machineWithLogin();
    hold(machine, "home/.claude.json.lock", 60_000);
    const { report } = await machine.start();
    expect(report.findings.map(({ code }) => code)).toEqual(["LOCK_HELD"]);
    expect(machine.read("home/.claude/.credentials.json")).toBe(NEWER);
    expect(machine.snapshot("home")[".claude.json"]).toContain("file");
    const next = await machine.start("--strict", "--wait", "70");
    expect(next.code).toBe(0);
  });
});

describe("another start on the same store", () => {
  test("is waited for, and what it did is looked at before anything is done", async () => {
    const machine = machineWithLogin();
    mkdirSync(machine.path(STORE), { mode: 0o700 });
    hold(machine, `${STORE}/.claude-credentials-start.lock`, 3_000);
    const { report, code } = await machine.start("--strict");
    expect([code, report.findings]).toEqual([0, []]);
    expect(machine.slept).toBeGreaterThanOrEqual(3_000);
  });

  test("that goes on for long is left to its work", async () => {
    const machine = machineWithLogin();
    mkdirSync(machine.path(STORE), { mode: 0o700 });
    hold(machine, `${STORE}/.claude-credentials-start.lock`, 60_000);
    const before = machine.snapshot("home");
    const { report, code } = await machine.start();
    expect(code).toBe(0);
    expect(report.findings.map((finding) => finding.code)).toEqual(["LOCK_HELD"]);
    expect(machine.snapshot("home")).toEqual(before);
  });
});

describe("a signal", () => {
  test.each([129, 130, 143])(
    "ends the wait for a lock: exit code %i, all locks given back",
    async (signal) => {
      const machine = machineWithLogin();
      hold(machine, "home/.claude/.storage-write.lock", 60_000);
      const { whileSleeping } = machine;
      machine.whileSleeping = () => {
        whileSleeping();
        if (machine.slept > 2_000) machine.signal = signal;
      };
      const before = machine.snapshot("home/.claude");
      const { code, err } = await machine.startWith("--workspace", machine.work);
      expect(code).toBe(signal);
      expect(err).toContain("stopped by a signal");
      expect(machine.slept).toBeLessThan(3_000);
      expect(machine.snapshot("home/.claude")).toEqual(before);
      const left = Object.keys(machine.snapshot()).filter((name) => /[.]lock|incoming/.test(name));
      expect(left).toEqual(["home/.claude/.storage-write.lock"]);
    },
  );
});
