import { spawn } from "node:child_process";
import { lstatSync, utimesSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BLANK, login } from "../../support/login.ts";
import { HOUR, NOW, repository, TestMachine, type MachineOptions } from "../../support/machine.ts";
import { directory, file, symlink } from "../../support/tree.ts";

const LOOK = "home/.cache/claude-credentials/notice";
const CREDENTIAL = "home/.claude/.credentials.json";
const DAY = 24 * HOUR;

/** A container whose hook linked the home, with this for a credential. */
async function started(credential: string | null, options: MachineOptions = {}): Promise<TestMachine> {
  const machine = new TestMachine({ repository: true, ...options });
  await machine.start();
  if (credential !== null) machine.add({ [CREDENTIAL]: file(credential) });
  return machine;
}

/** A container in which no hook ran, its home as the image build left it. */
async function unstarted(options: MachineOptions = {}): Promise<TestMachine> {
  const machine = new TestMachine({ repository: true, ...options });
  await machine.install();
  utimesSync(machine.path("machine/dockerenv"), NOW / 1000 - 60, NOW / 1000 - 60);
  return machine;
}

function due(machine: TestMachine): number {
  return lstatSync(machine.path(`${LOOK}/due`)).mtimeMs - machine.now;
}

const lines = (machine: TestMachine): string[] => machine.read(`${LOOK}/looked`).split("\n");

describe("a terminal of a container whose hook ran", () => {
  test("is told nothing where somebody is logged in", async () => {
    const machine = await started(login("a"));
    expect(await machine.notice()).toMatchObject({ code: 0, out: "", err: "" });
    expect(due(machine)).toBe(DAY);
  });

  test("is told in one line, once a day, that nobody is", async () => {
    const machine = await started(null);
    const told = { code: 0, out: "", err: "claude-credentials: not logged in: claude auth login\n" };
    expect(await machine.notice()).toMatchObject(told);
    expect(due(machine)).toBe(DAY);
    machine.now += DAY - 1;
    expect(await machine.notice()).toMatchObject({ code: 0, err: "" });
    expect(due(machine)).toBe(1);
    machine.now += 1;
    expect(await machine.notice()).toMatchObject(told);
  });

  test("is told nothing more that day, whatever else comes", async () => {
    const machine = await started(null);
    await machine.notice();
    machine.now += HOUR;
    machine.add({ [CREDENTIAL]: file(BLANK) });
    expect((await machine.notice()).err).toBe("");
    machine.now += 23 * HOUR;
    expect((await machine.notice()).err).toContain("the server refused it");
  });

  test("is asked again when the login begins to need attention", async () => {
    const machine = await started(login("a", 8, { refreshTokenExpiresAt: NOW + 3 * DAY + 2 * HOUR }));
    expect((await machine.notice()).err).toBe("");
    expect(due(machine)).toBe(2 * HOUR);
    machine.now += 2 * HOUR;
    expect((await machine.notice()).err).toMatch(
      /^claude-credentials: the login ends on \d+ Jan: claude auth login\n$/,
    );
  });

  test("is asked at once after the clock was set back", async () => {
    const machine = await started(null);
    await machine.notice();
    machine.now -= 30 * DAY;
    expect((await machine.notice()).err).toContain("not logged in");
  });

  test("leaves what the launcher compares, in its order, older than anything that happens now", async () => {
    const machine = await started(login("a"), {
      env: { CLAUDE_CREDENTIALS_STORE: "git", CLAUDE_CREDENTIALS_WORKSPACE: "" },
    });
    await machine.notice();
    const { home } = machine;
    expect(lines(machine)).toEqual([
      "claude-credentials notice 1",
      "c0ffee",
      "",
      "git",
      "",
      "",
      "0",
      "0",
      `${home}/.claude`,
      machine.path("work/.git/claude-credentials/.claude-credentials"),
      `+${home}/.claude/.credentials.json`,
      `-${home}/.claude/settings.json`,
      `+${home}/.cache/claude-credentials/stamp`,
      `-${home}/.claude-code-env`,
      "",
    ]);
    expect(lstatSync(machine.path(`${LOOK}/looked`)).mtimeMs).toBe(NOW - 2000);
    expect(Object.keys(machine.snapshot(LOOK))).toEqual(["due", "looked", "now"]);
    expect([LOOK, `${LOOK}/looked`].map((path) => machine.mode(path))).toEqual(["0700", "0600"]);
    expect(machine.read(`${LOOK}/due`) + machine.read(`${LOOK}/now`)).toBe("");
  });

  test("watches nothing for the day after it was told something", async () => {
    const machine = await started(null);
    await machine.notice();
    expect(lines(machine).slice(6)).toEqual([NOW.toString(), "0", "", "", ""]);
  });

  test("is newer than the container's marker, were that made this very second", async () => {
    const machine = await started(login("a"));
    utimesSync(machine.path("machine/dockerenv"), NOW / 1000, NOW / 1000);
    await machine.start();
    await machine.notice();
    expect(lstatSync(machine.path(`${LOOK}/looked`)).mtimeMs).toBeGreaterThanOrEqual(NOW + 1000);
  });

  test("does not watch what cannot be told apart from one look to the next", async () => {
    const machine = await started(login("a"), { tree: { "home/.claude-code-env": symlink("/nowhere") } });
    await machine.notice();
    expect(lines(machine).join("\n")).not.toContain(".claude-code-env");
  });

  test("gets one object for --json", async () => {
    const machine = await started(null);
    expect(JSON.parse((await machine.notice("work", "--json")).out)).toEqual({
      version: 1,
      outcome: "said",
      line: "claude-credentials: not logged in: claude auth login",
    });
    expect(JSON.parse((await machine.notice("work", "--json")).out)).toMatchObject({
      outcome: "silent",
      line: null,
    });
  });
});

describe("several terminals at once", () => {
  test("leave the look to the one that claimed it", async () => {
    const machine = await started(null, { tree: { [`${LOOK}/looking`]: directory() } });
    utimesSync(machine.path(`${LOOK}/looking`), NOW / 1000 - 59, NOW / 1000 - 59);
    expect(await machine.notice()).toMatchObject({ code: 0, out: "", err: "" });
    expect(machine.exists(`${LOOK}/due`)).toBe(false);
    machine.now += 2000;
    expect((await machine.notice()).err).toContain("not logged in");
    expect(machine.exists(`${LOOK}/looking`)).toBe(false);
  });

  test("say one line together", async () => {
    const machine = await started(null);
    const runs = await Promise.all([1, 2, 3].map(() => machine.notice()));
    expect(runs.map(({ err }) => err).join("")).toBe(
      "claude-credentials: not logged in: claude auth login\n",
    );
  });
});

describe("where nothing can be noted nothing is said", () => {
  test.each<[string, MachineOptions["tree"]]>([
    ["a file is in the place of the notes", { [LOOK]: "a file" }],
    ["the cache cannot be written to", { "home/.cache/claude-credentials": directory(0o500) }],
    ["a directory is in the place of a note", { [`${LOOK}/looked/x`]: "" }],
  ])("as %s", async (_, tree) => {
    const machine = new TestMachine({ repository: true, ...(tree === undefined ? {} : { tree }) });
    await machine.start();
    expect(await machine.notice()).toMatchObject({ code: 0, out: "", err: "" });
  });

  test("and a wrong store in the environment is left to start", async () => {
    const machine = new TestMachine({ env: { CLAUDE_CREDENTIALS_STORE: "there" } });
    expect(await machine.notice()).toMatchObject({ code: 0, out: "", err: "" });
    expect((await machine.notice("work", "--frobnicate")).code).toBe(2);
  });
});

describe("in a container in which no hook ever ran", () => {
  test("a terminal in the project links the home, and says no more than is needed", async () => {
    const machine = await unstarted();
    expect((await machine.notice()).err).toBe("claude-credentials: not logged in: claude auth login\n");
    expect(machine.linkText("home/.claude")).toBe(
      machine.path("work/.git/claude-credentials/.claude-credentials"),
    );
    expect(lines(machine)[7]).toBe(machine.now.toString());
  });

  test("a terminal below the project finds its top", async () => {
    const machine = await unstarted({ tree: { "work/src/deep": directory() } });
    await machine.notice("work/src/deep");
    expect(machine.linkText("home/.claude")).toBe(
      machine.path("work/.git/claude-credentials/.claude-credentials"),
    );
  });

  test("a login that the image's directory took is brought along, and nothing is said", async () => {
    const machine = await unstarted();
    machine.add({ [CREDENTIAL]: file(login("a")) });
    expect((await machine.notice()).err).toBe("");
    expect(machine.read("work/.git/claude-credentials/.claude-credentials/.credentials.json")).toBe(
      login("a"),
    );
  });

  test("a terminal in the home links nothing, and one in the project does, on the same day", async () => {
    const machine = await unstarted();
    expect((await machine.notice("home")).err).toBe(
      "claude-credentials: a rebuild loses the login: claude-credentials status\n",
    );
    expect(machine.linkText("home/.claude")).toContain("/.local/share/");
    expect(lines(machine)[5]).toBe(machine.home);
    machine.now += HOUR;
    expect((await machine.notice()).err).toBe("");
    expect(machine.linkText("home/.claude")).toContain("/work/.git/");
    expect(lines(machine)[5]).toBe("");
  });

  test("what start could not do is said as the hook says it, and tried once a day", async () => {
    const machine = await unstarted();
    machine.own("work/.git", { uid: 4321, gid: 4321 });
    machine.own("work", { uid: 4321, gid: 4321 });
    const first = await machine.notice();
    expect(first.code).toBe(0);
    expect(first.err).toMatch(/^claude-credentials: (error|warning) STORE_/);
    expect(first.err).not.toContain("claude-credentials: a rebuild");
    machine.now += HOUR;
    expect((await machine.notice()).err).toBe("");
    machine.now += DAY;
    expect((await machine.notice()).err).toBe(first.err);
  });

  test("the volume is used wherever the terminal was opened", async () => {
    const machine = await unstarted({ volume: true });
    await machine.notice("home");
    expect(machine.linkText("home/.claude")).toBe("/var/lib/claude-credentials/.claude-credentials");
  });

  test("the workspace that the environment names comes before the folder of the terminal", async () => {
    const machine = await unstarted({ mounts: [["elsewhere", "ext4"]], tree: repository("elsewhere") });
    await machine.notice("work", "--workspace", machine.path("elsewhere"));
    expect(machine.linkText("home/.claude")).toContain("/elsewhere/.git/");
  });

  test("nothing is done where no marker tells one container from the next", async () => {
    const machine = await unstarted();
    machine.forget("machine/dockerenv");
    await machine.notice();
    expect(machine.linkText("home/.claude")).toContain("/.local/share/");
  });

  test("nothing is done where the stamp is this container's", async () => {
    const machine = await started(login("a"));
    machine.relink("home/.claude", machine.path("elsewhere"));
    machine.add({ "elsewhere/.credentials.json": file(login("b")) });
    await machine.notice();
    expect(machine.linkText("home/.claude")).toBe(machine.path("elsewhere"));
  });

  test("a terminal that is opened while the hook is at work says and does nothing", async () => {
    const machine = await unstarted();
    const bundle = `${machine.root}/share/claude-credentials.mjs`;
    machine.add({ "share/claude-credentials.mjs": "setInterval(() => {}, 1000); console.log('up');" });
    const hook = spawn(process.execPath, [bundle, "start", "--workspace", machine.work]);
    try {
      await new Promise((resolve) => hook.stdout.once("data", resolve));
      expect(await machine.notice()).toMatchObject({ code: 0, out: "", err: "", mutations: [] });
    } finally {
      hook.kill("SIGKILL");
      await new Promise((resolve) => hook.once("close", resolve));
    }
    await machine.notice();
    expect(machine.linkText("home/.claude")).toContain("/work/.git/");
  });
});
