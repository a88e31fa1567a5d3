import { chmodSync, lstatSync, mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { HeldSession, SESSION_TOUCH_MS } from "../../../src/commands/run-session.ts";
import { sessionLockName } from "../../../src/plan/lock-names.ts";
import { login } from "../../support/login.ts";
import { deadPid, startOf } from "../../support/lock-scene.ts";
import { HOUR, ROOT, type TestMachine, VSCODE } from "../../support/machine.ts";
import { directory, file, symlink } from "../../support/tree.ts";
import { CREDENTIAL, left, made } from "./run-machine.ts";

const SESSIONS = "home/.claude/run-sessions";
const LOCK = `home/.claude/${sessionLockName("night")}`;
/** Does as a client does: a line in a conversation, one in the history, and one that is this execution's alone. */
const WRITE = `cd "$CLAUDE_CONFIG_DIR" && mkdir -p projects/p sessions && echo said >>projects/p/a.jsonl && echo typed >>history.jsonl && echo x >sessions/1`;
const READ = 'cd "$CLAUDE_CONFIG_DIR" && cat projects/p/a.jsonl history.jsonl; ls -A >"$OUT/names"';

function inShell(machine: TestMachine, script: string, ...flags: string[]) {
  return machine.run(...flags, "--", "sh", "-c", `{ ${script}; } >"$OUT/text" 2>&1`);
}

/** A session that somebody else holds; nobody touches it from now on. */
async function heldBySomebody(machine: TestMachine): Promise<HeldSession> {
  const wish = { login: machine.path("home/.claude"), name: "night", pulse: () => undefined };
  const held = await HeldSession.take(machine.machine, wish);
  onTestFinished(() => {
    held.release();
  });
  return held;
}

/** The lock's owner file says what it said, but for these. */
function rewriteOwner(machine: TestMachine, changes: Readonly<Record<string, unknown>>): void {
  const owner = JSON.parse(machine.read(`${LOCK}.owner`)) as Record<string, unknown>;
  writeFileSync(machine.path(`${LOCK}.owner`), JSON.stringify({ ...owner, ...changes }));
}

describe("run --session", () => {
  test("the next execution of that name goes on with what was said, any other has nothing of it", async () => {
    const machine = made();
    const flags = ["--session", "night"];
    expect((await inShell(machine, WRITE, ...flags)).code).toBe(0);
    await inShell(machine, WRITE, ...flags);
    await inShell(machine, READ, ...flags);
    expect(machine.read("out/text")).toBe("said\nsaid\ntyped\ntyped\n");
    expect(machine.read("out/names")).toBe(".claude.json\nhistory.jsonl\nprojects\nsettings.json\n");
    for (const others of [[], ["--session", "day"]]) {
      await inShell(machine, READ, ...others);
      expect(machine.read("out/text")).not.toMatch(/said|typed/);
    }
    expect(left(machine)).toEqual([]);
    expect(machine.exists(LOCK)).toBe(false);
    expect(machine.exists(`${LOCK}.owner`)).toBe(false);
  });

  test("what it keeps is private, and holds neither login nor settings", async () => {
    const machine = made("2.1.219");
    await inShell(machine, `${WRITE}; ls -A`, "--session", "night");
    expect(machine.read("out/text")).toContain(".credentials.json\n");
    const kept = machine.snapshot(SESSIONS);
    expect(Object.keys(kept).sort()).toEqual([
      "night",
      ...["history.jsonl", "projects", "projects/p", "projects/p/a.jsonl"].map((name) => `night/${name}`),
    ]);
    expect(JSON.stringify(kept)).not.toMatch(/canary|opus|dev@example/);
    for (const path of [SESSIONS, `${SESSIONS}/night`]) expect(machine.mode(path)).toBe("0700");
  });

  test("what somebody put there that is not kept goes before the command, and nothing behind a symlink does", async () => {
    const machine = made("2.1.330", {
      tree: {
        [`${SESSIONS}/night/settings.json`]: file('{"apiKeyHelper":"planted"}'),
        [`${SESSIONS}/night/commands/x.md`]: file("planted"),
        [`${SESSIONS}/night/plugins`]: symlink("../../../elsewhere"),
        "elsewhere/kept": "kept",
      },
    });
    await inShell(
      machine,
      'cd "$CLAUDE_CONFIG_DIR" && grep -c planted settings.json; ls -A',
      "--session",
      "night",
    );
    expect(machine.read("out/text")).toBe("0\n.claude.json\nsettings.json\n");
    expect(machine.read("elsewhere/kept")).toBe("kept");
    expect(Object.keys(machine.snapshot(SESSIONS))).toEqual(["night"]);
  });

  test("what a killed one left is removed before the next", async () => {
    const machine = made();
    machine.add({
      [`${SESSIONS}/night/.credentials.json`]: symlink("/nonexistent/of-the-killed"),
      [`${SESSIONS}/night/shell-snapshots/1.sh`]: "export A=1",
      [`${SESSIONS}/night/projects/p/a.jsonl`]: "said before\n",
    });
    await inShell(machine, READ, "--session", "night");
    expect(machine.read("out/text")).toContain("said before\n");
    expect(machine.read("out/names")).not.toMatch(/credentials|snapshots/);
  });

  test("one that somebody took over meanwhile is left as it is", async () => {
    const machine = made();
    const held = await heldBySomebody(machine);
    mkdirSync(machine.path("working"));
    held.open(machine.path("working"));
    machine.forgetDirectory(LOCK);
    const next = await heldBySomebody(machine);
    machine.add({ [`${SESSIONS}/night/settings.json`]: "the next one's" });
    held.release();
    expect(machine.read(`${SESSIONS}/night/settings.json`)).toBe("the next one's");
    next.release();
  });

  test("closes what others could read", async () => {
    const machine = made("2.1.330", {
      tree: { [`${SESSIONS}/night/history.jsonl`]: file("typed\n", 0o644) },
    });
    chmodSync(machine.path(SESSIONS), 0o755);
    await inShell(machine, READ, "--session", "night");
    expect(machine.read("out/text")).toContain("typed\n");
    expect([machine.mode(SESSIONS), machine.mode(`${SESSIONS}/night/history.jsonl`)]).toEqual([
      "0700",
      "0600",
    ]);
  });

  test.each(["", ".", "..", ".hidden", "a/b", "a b", "ä", "a".repeat(65), "a\n"])(
    "the name %j is refused",
    async (name) => {
      const machine = made();
      const { code, err } = await machine.run("--session", name, "true");
      expect(code).toBe(125);
      expect(err).toContain("is no name\n  letters, digits, '.', '_' and '-'");
      expect(machine.exists(SESSIONS)).toBe(false);
    },
  );

  test("one at a time: the second ends at once and names who is there, another name runs beside it", async () => {
    const machine = made();
    const first = inShell(
      machine,
      ': >"$OUT/up"; until [ -e "$OUT/go" ]; do sleep 0.05; done',
      "--session",
      "night",
    );
    await expect.poll(() => machine.exists("out/up")).toBe(true);
    const { code, err } = await machine.run("--session", "night", "sh", "-c", ': >"$OUT/second"');
    expect(code).toBe(125);
    const { pid } = JSON.parse(machine.read(`${LOCK}.owner`)) as { pid: number };
    expect(pid).not.toBe(process.pid);
    expect(err).toBe(
      `claude-credentials: run: process ${pid.toString()} works in the session night\n  wait for its end, or give this one a name of its own (--session)\n`,
    );
    expect(machine.exists("out/second")).toBe(false);
    expect(left(machine)).toHaveLength(1);
    expect((await machine.run("--session", "night.lock", "true")).code).toBe(0);
    machine.add({ "out/go": "" });
    expect((await first).code).toBe(0);
    expect(machine.slept).toBe(0);
    expect((await machine.run("--session", "night", "true")).code).toBe(0);
  });

  test("a killed one's is taken at once, unless its command works on", async () => {
    const machine = made();
    const held = await heldBySomebody(machine);
    held.passTo(process.ppid);
    machine.now = Date.now() + 2 * HOUR;
    const { code, err } = await machine.run("--session", "night", "true");
    expect(code).toBe(125);
    expect(err).toContain(`process ${process.ppid.toString()} works in the session night`);
    rewriteOwner(machine, { pid: deadPid(), procStart: startOf(process.pid) });
    expect((await machine.run("--session", "night", "true")).code).toBe(0);
    expect(machine.slept).toBe(0);
  });

  test("one in another container has it as long as it shows that it lives, and is watched before it is taken", async () => {
    const machine = made();
    await heldBySomebody(machine);
    rewriteOwner(machine, { pidSpace: "elsewhere#pid:[1]" });
    machine.now = Date.now() + 30_000;
    const { code, err } = await machine.run("--session", "night", "true");
    expect({ code, slept: machine.slept }).toEqual({ code: 125, slept: 0 });
    expect(err).toMatch(
      /run: a process elsewhere, another container's perhaps, \(seen alive \d+ s ago\) works in/,
    );
    machine.now = Date.now() + HOUR;
    const touch = (): void => {
      utimesSync(machine.path(LOCK), new Date(machine.now), new Date(machine.now));
    };
    machine.whileSleeping = touch;
    expect((await machine.run("--session", "night", "true")).code).toBe(125);
    machine.now += HOUR;
    machine.whileSleeping = () => undefined;
    expect((await machine.run("--session", "night", "true")).code).toBe(0);
  });

  test("shows that it lives while it is held", async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const machine = made();
    machine.now = 1_000_000;
    const held = await heldBySomebody(machine);
    machine.slept += SESSION_TOUCH_MS;
    vi.advanceTimersByTime(SESSION_TOUCH_MS);
    expect(statSync(machine.path(LOCK)).mtimeMs).toBe(1_000_000 + SESSION_TOUCH_MS);
    held.release();
    expect(machine.exists(LOCK)).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a signal ends the watching", async () => {
    const machine = made();
    await heldBySomebody(machine);
    rewriteOwner(machine, { pidSpace: "elsewhere#pid:[1]" });
    machine.whileSleeping = () => {
      machine.sendSignal("SIGTERM");
    };
    expect((await machine.run("--session", "night", "true")).code).toBe(143);
    expect(left(machine)).toEqual([]);
  });

  test.each([
    [SESSIONS, symlink("../../elsewhere"), "is a symlink, where a session has a directory"],
    [`${SESSIONS}/night`, symlink("../../../elsewhere"), "is a symlink, where a session has a directory"],
    [`${SESSIONS}/night/projects`, symlink("/etc"), "is a symlink, where a session has a directory"],
    [`${SESSIONS}/night/history.jsonl`, symlink("../x"), "is a symlink, where a session has a file"],
    [`${SESSIONS}/night/history.jsonl`, directory(), "is a directory, where a session has a file"],
    [`${SESSIONS}/night`, file("x"), "is a file, where a session has a directory"],
    [LOCK, file("x"), "is no lock"],
  ])("%s that is something else is refused, and nothing is run", async (path, entry, message) => {
    const machine = made("2.1.330", { tree: { [path]: entry, "elsewhere/kept": "kept" } });
    const before = machine.snapshot("elsewhere");
    const { code, err } = await machine.run("--session", "night", "sh", "-c", ': >"$OUT/started"');
    expect(code).toBe(125);
    expect(err).toContain(`run: ${machine.path(path)} ${message}`);
    expect(machine.exists("out/started")).toBe(false);
    expect(machine.snapshot("elsewhere")).toEqual(before);
    expect(left(machine)).toEqual([]);
  });

  test.each([SESSIONS, `${SESSIONS}/night`, `${SESSIONS}/night/tasks`, `${SESSIONS}/night/history.jsonl`])(
    "%s of another user is refused",
    async (path) => {
      const machine = made("2.1.330", {
        tree: {
          [`${SESSIONS}/night/tasks`]: directory(0o700),
          [`${SESSIONS}/night/history.jsonl`]: file(""),
        },
      });
      machine.own(path, { uid: 1234, gid: 1234 });
      // Closed to us, its owner alone would not be what is refused.
      chmodSync(machine.path(path), path.endsWith(".jsonl") ? 0o666 : 0o777);
      const { code, err } = await machine.run("--session", "night", "sh", "-c", ': >"$OUT/started"');
      expect(code).toBe(125);
      expect(err).toContain(`run: ${machine.path(path)} belongs to user 1234`);
      expect(machine.exists("out/started")).toBe(false);
    },
  );

  test("what root makes in somebody's store is theirs", async () => {
    const machine = made("2.1.330", {
      user: ROOT,
      tree: { "store/.credentials.json": file(login("canary")) },
    });
    for (const path of ["store", "store/.credentials.json"]) machine.own(path, VSCODE);
    const { code } = await machine.run("--auth", machine.path("store"), "--session", "night", "true");
    expect(code).toBe(0);
    for (const path of ["", "/night"]) expect(machine.ownerOf(`store/run-sessions${path}`)).toEqual(VSCODE);
  });

  test("a login that cannot be written to keeps no session", async () => {
    const machine = made("2.1.330", {
      tree: { "secret/.credentials.json": file(login("mounted", 2), 0o444) },
    });
    machine.own("secret", ROOT);
    const { code, err } = await machine.run("--auth", machine.path("secret"), "--session", "night", "true");
    expect(code).toBe(125);
    expect(err).toContain(`no session can be kept in ${machine.path("secret")}, which cannot be written to`);
    expect((await machine.run("--auth", machine.path("nothing"), "--session", "a", "true")).err).toContain(
      "which is not there",
    );
  });

  test("without a login nothing is made, and nothing stays locked", async () => {
    const machine = made();
    machine.forget(CREDENTIAL);
    const { code, err } = await machine.run("--session", "night", "true");
    expect(code).toBe(125);
    expect(err).toContain("run: nobody is logged in");
    expect([SESSIONS, LOCK].map((path) => machine.exists(path))).toEqual([false, false]);
  });

  test("a session goes into the store with the rest, and comes back by uninstall; its lock does neither", async () => {
    const machine = made("2.1.330", { repository: true });
    await inShell(machine, WRITE, "--session", "night");
    mkdirSync(machine.path(LOCK));
    await machine.start();
    const store = "work/.git/claude-credentials/.claude-credentials";
    expect(lstatSync(machine.path("home/.claude")).isSymbolicLink()).toBe(true);
    expect(machine.read(`${store}/run-sessions/night/projects/p/a.jsonl`)).toBe("said\n");
    expect(machine.exists(LOCK)).toBe(false);
    await inShell(machine, `${WRITE}; ${READ}`, "--session", "night");
    expect(machine.read("out/text")).toBe("said\nsaid\ntyped\ntyped\n");
    await machine.start();
    mkdirSync(machine.path(LOCK));
    expect((await machine.uninstall()).code).toBe(0);
    expect(machine.exists(store)).toBe(false);
    expect(machine.read(`${SESSIONS}/night/projects/p/a.jsonl`)).toBe("said\nsaid\n");
    expect(machine.exists(LOCK)).toBe(false);
  });
});
