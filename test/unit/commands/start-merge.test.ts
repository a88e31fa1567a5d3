import { createServer } from "node:net";
import { lstatSync, utimesSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { BLANK, login, state } from "../../support/login.ts";
import { NOW, repository, STAMPED, TestMachine, VOLUME } from "../../support/machine.ts";
import { directory, fifo, file, symlink, TREE_TIME, type Tree } from "../../support/tree.ts";

const GIT_STORE = "work/.git/claude-credentials";
const CONFIG = `${GIT_STORE}/.claude-credentials`;
const SECRETS = "work/.devcontainer.secrets";
const MALFORMED = '{"claudeAiOauth":{"accessToken":"access-half';

/** The backups of the git store: path less the time it was made, and content. */
function backupsOf(machine: TestMachine, store = GIT_STORE): Record<string, string> {
  const files = Object.entries(machine.snapshot(`${store}/backups`)).filter(([, entry]) =>
    entry.startsWith("file"),
  );
  return Object.fromEntries(
    files.map(([path, entry]) => [path.replace(STAMPED, ""), entry.replace(/^file 0600 /, "")]),
  );
}

interface Meeting {
  readonly store: string | null;
  readonly home: string;
  readonly live: "store" | "home";
  /** The loser in the backups; null: there is none. */
  readonly kept: "store" | "home" | null;
}

const SOON = login("soon", 1);
const LATE = login("late", 9);
const NEVER = login("never", 0, { expiresAt: null });
const EXPIRED = login("expired", -5);
const OTHERS = '{"mcpOAuth":{"server":{"accessToken":"other-tool"}}}';

const MEETINGS: Readonly<Record<string, Meeting>> = {
  "the store has none": { store: null, home: SOON, live: "home", kept: null },
  "the store has none, the home's is blank": { store: null, home: BLANK, live: "home", kept: null },
  "the store has none, the home's holds other tools' entries alone": {
    store: null,
    home: OTHERS,
    live: "home",
    kept: null,
  },
  "the same on both sides": { store: SOON, home: SOON, live: "store", kept: null },
  "the home's expires later": { store: SOON, home: LATE, live: "home", kept: "store" },
  "the store's expires later": { store: LATE, home: SOON, live: "store", kept: "home" },
  "both expired, the home's later": { store: login("x", -9), home: EXPIRED, live: "home", kept: "store" },
  "the same expiry": { store: login("a", 3), home: login("b", 3), live: "store", kept: "home" },
  "the home's never expires": { store: LATE, home: NEVER, live: "home", kept: "store" },
  "the store's never expires": { store: NEVER, home: LATE, live: "store", kept: "home" },
  "the store's is blank": { store: BLANK, home: EXPIRED, live: "home", kept: "store" },
  "the home's is blank": { store: EXPIRED, home: BLANK, live: "store", kept: "home" },
  "the store's is malformed": { store: MALFORMED, home: EXPIRED, live: "home", kept: "store" },
  "the home's is malformed": { store: EXPIRED, home: MALFORMED, live: "store", kept: "home" },
  "the store's is empty": { store: "", home: SOON, live: "home", kept: null },
  "the home's is empty": { store: SOON, home: "", live: "store", kept: null },
  "blank against malformed": { store: MALFORMED, home: BLANK, live: "store", kept: "home" },
  "the store's holds other tools' entries alone": { store: OTHERS, home: SOON, live: "home", kept: "store" },
  "the home's holds other tools' entries alone": { store: SOON, home: OTHERS, live: "store", kept: "home" },
};

describe("a credential on both sides", () => {
  test.each(Object.entries(MEETINGS))("A05: %s", async (_, { store, home, live, kept }) => {
    const machine = new TestMachine({
      repository: true,
      tree: {
        "home/.claude/.credentials.json": file(home, 0o644),
        ...(store === null ? {} : { [`${CONFIG}/.credentials.json`]: file(store) }),
      },
    });
    await machine.start();
    const texts = { store, home };
    expect(machine.read(`${CONFIG}/.credentials.json`)).toBe(texts[live]);
    expect(machine.read("home/.claude/.credentials.json")).toBe(texts[live]);
    expect(machine.mode(`${CONFIG}/.credentials.json`)).toBe("0600");
    expect(backupsOf(machine)).toEqual(kept === null ? {} : { "-merge/.credentials.json": texts[kept] });
    expect((await machine.start()).mutations).toEqual([]);
  });

  test("the same loser is kept once, however often it comes", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: { [`${CONFIG}/.credentials.json`]: file(LATE), "home/.claude/.credentials.json": file(SOON) },
    });
    await machine.start();
    machine.forget("home/.claude");
    machine.add({ "home/.claude/.credentials.json": file(SOON) });
    machine.now += 60_000;
    await machine.start();
    expect(Object.values(backupsOf(machine))).toEqual([SOON]);
  });
});

describe("a merge", () => {
  const tree: Tree = {
    [`${CONFIG}/settings.json`]: file('{"model":"store"}'),
    [`${CONFIG}/agents/same.md`]: file("same"),
    [`${CONFIG}/agents/other.md`]: file("store"),
    [`${CONFIG}/agents/link`]: symlink("store.md"),
    [`${CONFIG}/commands`]: file("a file here"),
    [`${CONFIG}/plugins/dir/x`]: file("a directory here"),
    "home/.claude/settings.json": file('{"model":"home"}', 0o640),
    "home/.claude/agents/same.md": file("same"),
    "home/.claude/agents/other.md": file("home"),
    "home/.claude/agents/link": symlink("home.md"),
    "home/.claude/agents/out": symlink("../../outside"),
    "home/.claude/agents/new.md": file("new", 0o755),
    "home/.claude/agents/dangling": symlink("/nowhere"),
    "home/.claude/commands/a.md": file("a directory there"),
    "home/.claude/plugins/dir": file("a file there"),
    "home/.claude/empty": directory(0o750),
    "home/.claude/.oauth_refresh.lock": directory(),
    "home/.claude/.oauth_refresh.lock.owner": file("{}"),
    "home/.claude/.storage-write.lock": directory(),
    "home/outside": file("not ours"),
  };

  test("keeps what one side has; the store wins, the loser goes to the backups; locks stay out", async () => {
    const machine = new TestMachine({ repository: true, tree });
    const { report } = await machine.start("--strict");
    expect(report.findings).toEqual([]);
    expect(machine.snapshot(CONFIG)).toEqual({
      "settings.json": 'file 0600 {"model":"store"}',
      agents: "directory 0755",
      "agents/same.md": "file 0600 same",
      "agents/other.md": "file 0600 store",
      "agents/link": "symlink store.md",
      "agents/out": "symlink ../../outside",
      "agents/new.md": "file 0755 new",
      "agents/dangling": "symlink /nowhere",
      commands: "file 0600 a file here",
      plugins: "directory 0755",
      "plugins/dir": "directory 0755",
      "plugins/dir/x": "file 0600 a directory here",
      empty: "directory 0750",
    });
    const backup = machine.snapshot(`${GIT_STORE}/backups/${STAMPED}-merge`);
    expect(backup).toEqual({
      "settings.json": 'file 0640 {"model":"home"}',
      agents: "directory 0700",
      "agents/other.md": "file 0600 home",
      "agents/link": "symlink home.md",
      commands: "directory 0755",
      "commands/a.md": "file 0600 a directory there",
      plugins: "directory 0700",
      "plugins/dir": "file 0600 a file there",
    });
    expect(machine.mode(`${GIT_STORE}/backups`)).toBe("0700");
    expect(machine.read("home/outside")).toBe("not ours");
    expect(lstatSync(machine.path(`${CONFIG}/agents/new.md`)).mtimeMs).toBe(TREE_TIME.getTime());
    expect((await machine.start()).mutations).toEqual([]);
  });

  test("names of any bytes are kept", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: Object.fromEntries(
        ["-rf", "..x", "...", "a\nb", "$(id)", "é", "e\u0301", "x".repeat(255)].map((name) => [
          `home/.claude/${name}`,
          file(name),
        ]),
      ),
    });
    const before = machine.snapshot("home/.claude");
    await machine.start();
    expect(machine.snapshot(CONFIG)).toEqual(before);
  });

  test("FIFOs and sockets are skipped and named, nothing waits for them", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: { "home/.claude/a/pipe": fifo(), "home/.claude/a/b": file("b") },
    });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(machine.path("home/.claude/socket"), resolve));
    onTestFinished(() => {
      server.close();
    });
    const { report } = await machine.start();
    expect(report.findings).toEqual([
      {
        code: "FILE_SKIPPED",
        severity: "warning",
        message: "a/pipe, socket: cannot be kept in the store",
        hint: `they lie in ${machine.home}/.claude.aside-${STAMPED}; remove it when nothing in it is needed\nclaude-credentials explain FILE_SKIPPED`,
        path: `${machine.home}/.claude.aside-${STAMPED}`,
      },
    ]);
    expect(machine.snapshot(CONFIG)).toEqual({ a: "directory 0755", "a/b": "file 0600 b" });
    expect(machine.snapshot(`home/.claude.aside-${STAMPED}`)).toEqual({
      a: "directory 0755",
      "a/pipe": "fifo",
      socket: "socket",
    });
  });

  test("a .claude.json in ~/.claude fills the store's login facts", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: {
        "home/.claude/.claude.json": file(state("home@acme")),
        [`${CONFIG}/.claude.json`]: file('{"theme":"light"}'),
      },
    });
    await machine.start();
    expect(JSON.parse(machine.read(`${CONFIG}/.claude.json`))).toEqual({
      theme: "light",
      hasCompletedOnboarding: true,
      lastOnboardingVersion: "2.1.330",
      oauthAccount: { emailAddress: "home@acme", organizationName: "Acme" },
    });
    expect(backupsOf(machine)["-merge/.claude.json"]).toBe(state("home@acme"));
  });
});

describe("the older tool's copy of a credential", () => {
  test.each([
    ["newer", LATE],
    ["older", EXPIRED],
  ])("that is %s is merged as a credential, once, and left where it is", async (how, copy) => {
    const machine = new TestMachine({
      tree: {
        [`${SECRETS}/claude-credentials.json`]: file(copy),
        [`${SECRETS}/.claude-credentials/.credentials.json`]: file(SOON),
      },
    });
    const live = `${SECRETS}/.claude-credentials/.credentials.json`;
    const { report } = await machine.start();
    expect(report.findings).toEqual([]);
    expect(machine.read(live)).toBe(how === "newer" ? LATE : SOON);
    expect(machine.read(`${SECRETS}/claude-credentials.json`)).toBe(copy);
    expect(backupsOf(machine, SECRETS)).toEqual(
      how === "newer" ? { "-older-copy/.credentials.json": SOON } : {},
    );
    expect((await machine.start()).mutations).toEqual([]);

    // After a logout it does not come back.
    machine.forget(live);
    await machine.start();
    expect(machine.exists(live)).toBe(false);
  });

  test("is not read out of a folder that is not safe", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: {
        [`${SECRETS}/claude-credentials.json`]: file(LATE),
        [`${SECRETS}/.claude-credentials`]: symlink("../../elsewhere"),
        elsewhere: directory(),
      },
    });
    await machine.start();
    expect(machine.exists(`${CONFIG}/.credentials.json`)).toBe(false);
  });
});

describe("an earlier store", () => {
  const earlier = (hours: number, tree: Tree = {}): TestMachine =>
    new TestMachine({
      volume: true,
      repository: true,
      tree: {
        [`${CONFIG}/.credentials.json`]: file(login("earlier", hours)),
        [`${CONFIG}/settings.json`]: file("{}"),
        "volume/.claude-credentials/.credentials.json": file(login("volume", 5)),
        ...tree,
      },
    });
  const live = "volume/.claude-credentials/.credentials.json";

  test("with a newer login is merged, said, and left with a note; once", async () => {
    const machine = earlier(9);
    const { report } = await machine.start("--strict");
    expect(report.store).toEqual({ root: VOLUME, kind: "mount" });
    expect(machine.read(live)).toBe(login("earlier", 9));
    expect(machine.read("volume/.claude-credentials/settings.json")).toBe("{}");
    expect(backupsOf(machine, "volume")).toEqual({ "-earlier/.credentials.json": login("volume", 5) });
    expect(machine.read(`${CONFIG}/.credentials.json`)).toBe(login("earlier", 9));
    expect(machine.read(`${GIT_STORE}/claude-credentials-moved.txt`)).toContain(VOLUME);
    expect(report.actions).toContainEqual(
      expect.objectContaining({ kind: "merge", path: machine.path(CONFIG), result: "updated" }),
    );
    expect((await machine.start()).mutations).toEqual([]);

    // The login that was taken over ends in a logout: the earlier one does not come back.
    machine.forget(live);
    await machine.start();
    expect(machine.exists(live)).toBe(false);
  });

  test.each([5, 1])("with a login that is no newer (%s h) is left alone", async (hours) => {
    const machine = earlier(hours);
    const before = machine.snapshot(GIT_STORE);
    await machine.start();
    expect(machine.read(live)).toBe(login("volume", 5));
    expect(machine.exists("volume/.claude-credentials/settings.json")).toBe(false);
    expect(machine.snapshot(GIT_STORE)).toEqual(before);
  });

  test("that is not safe is never merged", async () => {
    const machine = earlier(9);
    machine.own(`${CONFIG}/.credentials.json`, { uid: 1234, gid: 1234 });
    const { report } = await machine.start("--strict");
    expect(report.outcome).toBe("persistent");
    expect(machine.read(live)).toBe(login("volume", 5));
  });

  test("that ~/.claude still leads to is merged before the link leaves it, whatever its login", async () => {
    const machine = earlier(1);
    machine.relink("home/.claude", machine.path(CONFIG));
    await machine.start("--strict");
    expect(machine.linkText("home/.claude")).toBe(`${VOLUME}/.claude-credentials`);
    expect(machine.read(live)).toBe(login("volume", 5));
    expect(machine.read("volume/.claude-credentials/settings.json")).toBe("{}");
    expect(machine.read(`${CONFIG}/settings.json`)).toBe("{}");
    expect((await machine.start()).mutations).toEqual([]);
  });

  test("at a path that the option named for the last start is known by the stamp", async () => {
    const machine = new TestMachine({
      repository: true,
      mounts: [["elsewhere", "ext4"]],
      tree: { elsewhere: directory(), "home/.claude/.credentials.json": file(login("a")) },
    });
    await machine.start("--store", machine.path("elsewhere/store"));
    const { report } = await machine.start("--strict");
    expect(report).toMatchObject({ outcome: "persistent", store: { kind: "git" }, findings: [] });
    expect(machine.read(`${CONFIG}/.credentials.json`)).toBe(login("a"));
    expect(machine.linkText("home/.claude")).toBe(machine.path(CONFIG));
  });
});

test("another workspace's store is not taken for an earlier one of this", async () => {
  const machine = new TestMachine({
    repository: true,
    mounts: [["elsewhere", "ext4"]],
    tree: {
      ...repository("elsewhere/other"),
      "home/.claude/.credentials.json": file(login("a")),
      "home/.claude.json": file(state("a@b")),
    },
  });
  await machine.startWith("--workspace", machine.path("elsewhere/other"));
  const { report } = await machine.start();
  expect(report.findings.map(({ code }) => code)).toEqual(["LINK_FOREIGN", "LINK_FOREIGN"]);
  expect(machine.exists(`${CONFIG}/.credentials.json`)).toBe(false);
  expect(machine.linkText("home/.claude")).toContain("elsewhere/other/.git");
});

describe("what the image brought", () => {
  const image: Tree = {
    "share/home/settings.json": file('{"model":"image"}', 0o644),
    "share/home/agents/image.md": file("image", 0o644),
  };

  test("is merged once for each image, losing against everything", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: { ...image, [`${CONFIG}/settings.json`]: file('{"model":"store"}') },
    });
    await machine.start("--strict");
    expect(machine.read(`${CONFIG}/settings.json`)).toBe('{"model":"store"}');
    expect(machine.read(`${CONFIG}/agents/image.md`)).toBe("image");
    expect(backupsOf(machine)).toEqual({});
    expect((await machine.start()).mutations).toEqual([]);

    // What the user removed stays removed until another image brings it.
    machine.forget(`${CONFIG}/agents/image.md`);
    await machine.start();
    expect(machine.exists(`${CONFIG}/agents/image.md`)).toBe(false);
    machine.forget("share/home/agents/image.md");
    machine.add({ "share/home/agents/image.md": file("newer", 0o644) });
    utimesSync(machine.path("share/home/agents/image.md"), NOW / 1000, NOW / 1000);
    await machine.start();
    expect(machine.read(`${CONFIG}/agents/image.md`)).toBe("newer");
  });

  test("loses against the home's own files too", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: { ...image, "home/.claude/settings.json": file('{"model":"home"}') },
    });
    await machine.start();
    expect(machine.read(`${CONFIG}/settings.json`)).toBe('{"model":"home"}');
    expect(machine.read(`${CONFIG}/agents/image.md`)).toBe("image");
  });

  test("as it lies in the home of a new container it makes no backups of itself", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: {
        ...image,
        "home/.claude/settings.json": file('{"model":"image"}'),
        [`${CONFIG}/settings.json`]: file('{"model":"store"}'),
      },
    });
    await machine.start();
    expect(machine.read(`${CONFIG}/settings.json`)).toBe('{"model":"store"}');
    expect(backupsOf(machine)).toEqual({});
  });
});

describe("backups", () => {
  test("beyond the last ten are removed, those with a credential never", async () => {
    const names = Array.from({ length: 14 }, (_, index) => `202701${String(10 + index)}T000000000Z-merge`);
    const machine = new TestMachine({
      repository: true,
      tree: {
        [`${GIT_STORE}/backups`]: directory(0o700),
        ...Object.fromEntries(
          names.map((name) => [`${GIT_STORE}/backups/${name}/settings.json`, file(name)]),
        ),
        [`${GIT_STORE}/backups/${names[0] ?? ""}/.credentials.json`]: file(SOON),
        [`${GIT_STORE}/backups/${names[1] ?? ""}/sub/.credentials.json`]: file(SOON),
        [`${GIT_STORE}/backups/${names[2] ?? ""}/.credentials.json.2`]: file(LATE),
      },
    });
    const { report } = await machine.start();
    const left = Object.keys(machine.snapshot(`${GIT_STORE}/backups`)).filter((path) => !path.includes("/"));
    expect(left).toEqual([names[0], names[2], ...names.slice(4)]);
    expect(report.actions.find(({ kind }) => kind === "prune-backups")?.result).toBe("updated");
    expect((await machine.start()).mutations).toEqual([]);
  });
});

describe("what an interrupted run left", () => {
  // No process has such an id.
  const dead = ".claude-credentials-incoming-00000000-999999999-abcdef01";

  test("in the home: the directory that it had renamed is merged, its half-made link removed", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: {
        [`home/${dead}-moved/.credentials.json`]: file(LATE),
        [`home/${dead}-moved/settings.json`]: file("{}"),
        [`home/${dead}-link`]: symlink("/nowhere"),
        [`${CONFIG}/.credentials.json`]: file(SOON),
      },
    });
    await machine.start("--strict");
    expect(machine.read(`${CONFIG}/.credentials.json`)).toBe(LATE);
    expect(machine.read(`${CONFIG}/settings.json`)).toBe("{}");
    expect(Object.keys(machine.snapshot("home")).filter((path) => path.includes("incoming"))).toEqual([]);
    expect((await machine.start()).mutations).toEqual([]);
  });

  test("in the home: files of that name are kept aside, each under its own", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: { [`home/${dead}-a`]: file("a"), [`home/${dead}-b`]: file("b") },
    });
    await machine.start();
    expect(machine.read(`home/.claude.aside-${STAMPED}`)).toBe("a");
    expect(machine.read(`home/.claude.aside-${STAMPED}-2`)).toBe("b");
  });

  test("in the store: staged copies are removed, their sources being there", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: { [`${GIT_STORE}/${dead}-merge/tree/x`]: file("x"), [`${GIT_STORE}/${dead}-file`]: file("y") },
    });
    await machine.start();
    expect(Object.keys(machine.snapshot(GIT_STORE)).filter((path) => path.includes("incoming"))).toEqual([]);
  });

  test("a run that is still alive keeps what is its own", async () => {
    const { runTag } = await import("../../../src/inspect/run-tag.ts");
    const machine = new TestMachine({ repository: true });
    const alive = `.claude-credentials-incoming-${runTag(machine.machine.fs, process.ppid)}-abcdef01-merge`;
    machine.add({ [`${GIT_STORE}/${alive}/tree/x`]: file("x"), [`home/${alive}/x`]: file("x") });
    await machine.start();
    expect(machine.exists(`${GIT_STORE}/${alive}/tree/x`)).toBe(true);
    expect(machine.exists(`home/${alive}/x`)).toBe(true);
  });
});
