import { symlinkSync, utimesSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BLANK, login, state } from "../../support/login.ts";
import { STAMPED, TestMachine, VOLUME, type MachineOptions } from "../../support/machine.ts";
import { directory, file, type Tree } from "../../support/tree.ts";
import { GIT } from "./places.ts";

const STORE = "work/.git/claude-credentials";
const BUILD = "home/.local/share/claude-credentials";
const KEPT = `${BUILD}/backups`;
const IN_STORE: Tree = {
  [`${STORE}/format`]: file("1\n0 0\n"),
  [`${STORE}/.claude-credentials/.credentials.json`]: file(login("store")),
  [`${STORE}/.claude-credentials/.claude.json`]: file(state("store@example.com")),
  [`${STORE}/.claude-credentials/history.jsonl`]: file("store\n"),
};

function linked(machine: TestMachine, root = machine.path(STORE)): void {
  symlinkSync(`${root}/.claude-credentials`, `${machine.home}/.claude`);
  symlinkSync(`${root}/.claude-credentials/.claude.json`, `${machine.home}/.claude.json`);
}

function inStore(tree: Tree = {}, options: MachineOptions = {}): TestMachine {
  return new TestMachine({ ...GIT.options, ...options, tree: { ...IN_STORE, ...tree } });
}

function credentialOf(machine: TestMachine): string {
  return machine.read("home/.claude/.credentials.json");
}

function codesOf({ findings }: { readonly findings: readonly { readonly code: string }[] }): string[] {
  return findings.map(({ code }) => code);
}

async function expectSettled(machine: TestMachine, ...flags: string[]): Promise<void> {
  expect(await machine.uninstall(...flags)).toMatchObject({ mutations: [] });
}

describe("the newest login", () => {
  test("is the home's, where a real directory holds it; the store's is kept aside", async () => {
    const machine = inStore({
      "home/.claude/.credentials.json": file(login("home", 20)),
      "home/.claude/history.jsonl": file("home\n"),
      "home/.claude.json": file(state("home@example.com")),
    });
    const { report } = await machine.uninstall();
    expect(report.outcome).toBe("uninstalled");
    expect(credentialOf(machine)).toBe(login("home", 20));
    expect(machine.read("home/.claude.json")).toBe(state("home@example.com"));
    const kept = Object.values(machine.snapshot(KEPT));
    expect(kept).toContain(`file 0600 ${login("store")}`);
    expect(kept).toContain(`file 0600 ${state("store@example.com")}`);
    expect(codesOf(report)).toContain("BACKUPS_KEPT");
    expect(machine.exists(STORE)).toBe(false);
    await expectSettled(machine);
  });

  test("is the store's, where the home's is older, blank or none", async () => {
    for (const credential of [login("home", 1), BLANK, null]) {
      const machine = inStore({
        "home/.claude/settings.json": file("{}"),
        ...(credential === null ? {} : { "home/.claude/.credentials.json": file(credential) }),
      });
      await machine.uninstall();
      expect(credentialOf(machine)).toBe(login("store"));
      expect(machine.read("home/.claude/settings.json")).toBe("{}");
      expect(machine.read("home/.claude.json")).toBe(state("store@example.com"));
    }
  });

  test("is an earlier store's, which is ours as well", async () => {
    const machine = inStore(
      {
        "volume/format": file("1\n0 0\n"),
        "volume/.claude-credentials/.credentials.json": file(login("volume", 30)),
      },
      { volume: true },
    );
    linked(machine);
    await machine.uninstall();
    expect(credentialOf(machine)).toBe(login("volume", 30));
    expect(Object.values(machine.snapshot(KEPT))).toContain(`file 0600 ${login("store")}`);
    expect(machine.snapshot("volume")).toEqual({});
  });

  test("is the last known good, where git took the store away", async () => {
    const machine = new TestMachine({
      ...GIT.options,
      options: { store: "workspace" },
      tree: {
        "home/.claude/.credentials.json": file(login("home")),
        "home/.claude.json": file(state("who@example.com")),
      },
    });
    await machine.start();
    machine.forget("work/.devcontainer.secrets/.claude-credentials/.credentials.json");
    await machine.uninstall();
    expect(credentialOf(machine)).toBe(login("home"));
    expect(machine.exists("work/.devcontainer.secrets")).toBe(false);
    expect(machine.exists(STORE)).toBe(false);
  });
});

describe("a link", () => {
  test("that leads nowhere becomes an empty directory, and no login is claimed", async () => {
    const machine = new TestMachine({ ...GIT.options, guarded: false });
    linked(machine);
    const { code, report } = await machine.uninstall();
    expect({ code, outcome: report.outcome }).toEqual({ code: 0, outcome: "uninstalled" });
    expect(codesOf(report)).toEqual(["CREDENTIAL_ABSENT"]);
    expect(machine.snapshot("home/.claude")).toEqual({});
    expect(machine.exists("home/.claude.json")).toBe(false);
    await expectSettled(machine);
  });

  test("of somebody else's is left alone and named, and the store stays", async () => {
    const machine = inStore({ "elsewhere/settings.json": file("{}") });
    machine.relink("home/.claude", machine.path("elsewhere"));
    const before = machine.snapshot("work");
    const { code, report } = await machine.uninstall();
    expect({ code, outcome: report.outcome }).toEqual({ code: 1, outcome: "failed" });
    expect(codesOf(report)).toEqual(expect.arrayContaining(["LINK_FOREIGN", "STORE_KEPT"]));
    expect(machine.linkText("home/.claude")).toBe(machine.path("elsewhere"));
    expect(machine.snapshot("work")).toEqual(before);
  });

  test("of one part alone: the other is as it should be already", async () => {
    const machine = inStore({
      "home/.claude/.credentials.json": file(login("home", 20)),
    });
    machine.relink("home/.claude.json", machine.path(`${STORE}/.claude-credentials/.claude.json`));
    await machine.uninstall();
    expect(credentialOf(machine)).toBe(login("home", 20));
    expect(machine.mode("home/.claude.json")).toBe("0600");
    expect(machine.read("home/.claude.json")).toBe(state("store@example.com"));
    await expectSettled(machine);
  });

  test("to the image's own directory becomes what lies there", async () => {
    const machine = new TestMachine({
      ...GIT.options,
      tree: {
        [`${BUILD}/.claude-credentials/.credentials.json`]: file(login("image")),
        [`${BUILD}/.claude-credentials/.claude.json`]: file(state("image@example.com")),
        [`${BUILD}/format`]: file("1\n0 0\n"),
      },
    });
    linked(machine, machine.path(BUILD));
    await machine.uninstall();
    expect(credentialOf(machine)).toBe(login("image"));
    expect(machine.read("home/.claude.json")).toBe(state("image@example.com"));
    expect(machine.exists(BUILD)).toBe(false);
    await expectSettled(machine);
  });

  test("into a store of a newer version is refused, and stays", async () => {
    const machine = inStore({ [`${STORE}/format`]: file("2\n0 0\n") });
    linked(machine);
    const before = machine.snapshot();
    const { code, report } = await machine.uninstall();
    expect({ code, outcome: report.outcome }).toEqual({ code: 1, outcome: "failed" });
    expect(codesOf(report)).toContain("STORE_NEWER");
    expect(machine.snapshot()).toEqual(before);
  });
});

describe("a store stays", () => {
  test("with perContainer: other containers may use it", async () => {
    const machine = new TestMachine({
      volume: true,
      options: { perContainer: true },
      tree: {
        "home/.claude/.credentials.json": file(login("home")),
        "home/.claude.json": file(state("who@example.com")),
      },
    });
    await machine.start();
    const before = machine.snapshot("volume");
    const { report } = await machine.uninstall();
    expect(report.outcome).toBe("uninstalled");
    expect(credentialOf(machine)).toBe(login("home"));
    expect(machine.read("home/.claude.json")).toBe(state("who@example.com"));
    expect(machine.snapshot("volume")).toEqual(before);
    expect(report.findings.find(({ code }) => code === "STORE_KEPT")).toMatchObject({
      severity: "warning",
      path: VOLUME,
      hint: expect.stringContaining(`rm -rf ${VOLUME}/.claude-credentials`) as string,
    });
    await expectSettled(machine);
  });

  test("where it lies outside of the project", async () => {
    const machine = new TestMachine({
      tree: { "home/.claude/.credentials.json": file(login("home")), elsewhere: directory() },
    });
    const store = machine.path("elsewhere/store");
    await machine.start("--store", store);
    const { report } = await machine.uninstall("--store", store);
    expect(codesOf(report)).toContain("STORE_KEPT");
    expect(machine.exists("elsewhere/store/.claude-credentials/.credentials.json")).toBe(true);
    expect(credentialOf(machine)).toBe(login("home"));
  });

  test("where another tool keeps something in its folder, which stays out of git's sight", async () => {
    const machine = new TestMachine({
      ...GIT.options,
      options: { store: "workspace" },
      tree: {
        "home/.claude/.credentials.json": file(login("home")),
        "work/.devcontainer.secrets/other/token": file("theirs\n"),
      },
    });
    await machine.start();
    const { code, report } = await machine.uninstall();
    expect({ code, outcome: report.outcome }).toEqual({ code: 0, outcome: "uninstalled" });
    expect(Object.keys(machine.snapshot("work/.devcontainer.secrets"))).toEqual([
      ".git",
      ".git/HEAD",
      ".git/objects",
      ".git/refs",
      ".gitignore",
      "other",
      "other/token",
    ]);
    expect(machine.read("work/.git/info/exclude")).toContain("/.devcontainer.secrets/\n");
  });
});

describe("what is not brought back", () => {
  test("is a mount: it is persisted already", async () => {
    const machine = new TestMachine({
      ...GIT.options,
      mounts: [["home/.claude", "ext4"]],
      tree: { "home/.claude/.credentials.json": file(login("mount")) },
    });
    await machine.start();
    const before = machine.snapshot("home/.claude");
    const { code, report } = await machine.uninstall();
    expect(code).toBe(0);
    expect(machine.snapshot("home/.claude")).toEqual(before);
    expect(report.actions).toContainEqual(
      expect.objectContaining({ kind: "keep", reason: "it is a mount: there is nothing to bring back" }),
    );
    await expectSettled(machine);
  });

  test("is a home that we never were in", async () => {
    const machine = new TestMachine({
      ...GIT.options,
      tree: { "home/.claude/.credentials.json": file(login("home")) },
    });
    const before = machine.snapshot();
    const { code, report, mutations } = await machine.uninstall();
    expect({ code, outcome: report.outcome, mutations }).toEqual({
      code: 0,
      outcome: "unchanged",
      mutations: [],
    });
    expect(machine.snapshot()).toEqual(before);
  });
});

test("with CLAUDE_CONFIG_DIR its directory is a real one again, the state file in it", async () => {
  const machine = new TestMachine({
    ...GIT.options,
    configDirectory: "home/config",
    tree: {
      "home/config/.credentials.json": file(login("home")),
      "home/config/.claude.json": file(state("who@example.com")),
    },
  });
  await machine.start();
  expect(machine.linkText("home/config")).toContain(STORE);
  await machine.uninstall();
  expect(machine.read("home/config/.credentials.json")).toBe(login("home"));
  expect(machine.read("home/config/.claude.json")).toBe(state("who@example.com"));
  expect(machine.exists(STORE)).toBe(false);
  await expectSettled(machine);
});

test("--dry-run says what would be done and does nothing", async () => {
  const machine = inStore();
  linked(machine);
  const before = machine.snapshot();
  const { code, out } = await machine.uninstallWith("--workspace", machine.work, "--dry-run");
  expect(code).toBe(0);
  expect(out).toMatch(/^claude-credentials: dry run: this would be done\n/);
  expect(out).toContain("  ~/.claude: would put a real directory in its place");
  expect(machine.snapshot()).toEqual(before);
});

test("a lock of Claude Code's that is held leaves all as it was, and is named", async () => {
  const lock = `${STORE}/.claude-credentials/.oauth_refresh.lock`;
  const machine = inStore({ [lock]: directory(0o700) });
  linked(machine);
  const touch = (): void => {
    const time = (machine.now + machine.slept) / 1000;
    utimesSync(machine.path(lock), time, time);
  };
  touch();
  machine.whileSleeping = touch;
  const { code, report } = await machine.uninstall("--wait", "2");
  expect({ code, outcome: report.outcome }).toEqual({ code: 1, outcome: "failed" });
  expect(report.findings).toContainEqual(
    expect.objectContaining({
      code: "LOCK_HELD",
      hint: "run it again, waiting longer: claude-credentials uninstall --wait 70\nclaude-credentials explain LOCK_HELD",
    }),
  );
  expect(machine.linkText("home/.claude")).toContain(STORE);
  expect(Object.keys(machine.snapshot("home")).filter((path) => path.includes("incoming"))).toEqual([]);
});

test("what root alone can remove is listed with one command, and the line in devcontainer.json first", async () => {
  const machine = inStore();
  const { report } = await machine.uninstall();
  expect(report.findings.find(({ code }) => code === "FEATURE_INSTALLED")).toMatchObject({
    hint: "take its line out of devcontainer.json first; then rebuild, or: sudo rm -rf /etc/claude-code/managed-settings.d/50-claude-credentials.json\nclaude-credentials explain FEATURE_INSTALLED",
  });
});

test("the Feature in the image is told of where something is uninstalled or would be, and not where nothing is or not all could be", async () => {
  const lock = `${STORE}/.claude-credentials/.oauth_refresh.lock`;
  const machine = inStore();
  linked(machine);
  expect(codesOf((await machine.uninstall("--dry-run")).report)).toContain("FEATURE_INSTALLED");
  machine.add({ [lock]: file("") });
  const held = (await machine.uninstall("--wait", "0")).report;
  expect(codesOf(held)).toEqual(["LOCK_HELD"]);
  machine.forget(lock);
  expect(codesOf((await machine.uninstall()).report)).toContain("FEATURE_INSTALLED");
  for (const flags of [[], ["--dry-run"]])
    expect(codesOf((await machine.uninstall(...flags)).report), flags.join()).not.toContain(
      "FEATURE_INSTALLED",
    );
});

test("a signal stops it with 128+n, all locks given back", async () => {
  const machine = inStore();
  linked(machine);
  machine.signal = 143;
  const lock = `${STORE}/.claude-credentials-start.lock`;
  machine.add({ [lock]: directory(0o700) });
  const run = await machine.uninstallWith("--workspace", machine.work);
  expect(run.code).toBe(143);
  expect(run.err).toContain("stopped by a signal");
  expect(machine.linkText("home/.claude")).toContain(STORE);
});

test("without room in the home nothing happens", async () => {
  const machine = inStore();
  linked(machine);
  const { fs } = machine.machine;
  const full = { ...fs, freeSpace: () => ({ bytes: 4096, files: 100 }) };
  Object.assign(machine.machine, { fs: full });
  const { code, report } = await machine.uninstall();
  expect(code).toBe(1);
  expect(report.findings[0]?.message).toMatch(/the disk is too full: .* are needed .*ENOSPC/);
  expect(machine.linkText("home/.claude")).toContain(STORE);
  expect(credentialOf(machine)).toBe(login("store"));
  expect(Object.keys(machine.snapshot("home")).filter((path) => path.includes("incoming"))).toEqual([]);
});

describe("the API mode", () => {
  const TOKEN = "sk-canary-0123456789abcdef";

  async function inApiMode(): Promise<{ machine: TestMachine; before: Record<string, string> }> {
    const machine = new TestMachine({
      ...GIT.options,
      shells: ["bash", "zsh", "fish"],
      tree: {
        "home/.bashrc": file("alias ll='ls -l'\n", 0o644),
        "home/.claude/settings.json": file('{"model":"opus"}\n', 0o644),
        "home/.claude/.credentials.json": file(login("home")),
      },
    });
    const before = machine.snapshot("home");
    await machine.start();
    machine.input = `${TOKEN}\n`;
    const flags = [
      "--base-url",
      "http://localhost:4000",
      "--kind",
      "auth-token",
      "--token-stdin",
      "--no-test",
    ];
    const { code, err } = await machine.env("set", "--workspace", machine.work, ...flags);
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(machine.read("home/.bashrc")).toContain("claude-credentials");
    return { machine, before };
  }

  test("goes: sections, settings, link; its token is kept aside and named, never printed", async () => {
    const { machine } = await inApiMode();
    const run = await machine.uninstall();
    expect(run.report.outcome).toBe("uninstalled");
    expect(machine.read("home/.bashrc")).toBe("alias ll='ls -l'\n");
    expect(JSON.parse(machine.read("home/.claude/settings.json"))).toEqual({ model: "opus" });
    const home = machine.snapshot("home");
    for (const path of [".claude-code-env", ".zshenv", ".config/fish/conf.d/claude-credentials.fish"])
      expect(home[path], path).toBeUndefined();
    const holding = Object.entries(home).filter(([, content]) => content.includes(TOKEN));
    expect(holding.map(([path]) => `home/${path}`)).toEqual([`${KEPT}/${STAMPED}-env/.claude-code-env`]);
    expect(holding[0]?.[1]).toMatch(/^file 0600 /);
    expect(codesOf(run.report)).toContain("BACKUPS_KEPT");
    expect(run.out + run.err).not.toContain("canary");
    expect(machine.exists(STORE)).toBe(false);
    await expectSettled(machine);
  });

  test("stays in a store that stays, and only the ways to it go", async () => {
    const { machine } = await inApiMode();
    const before = machine.snapshot(STORE);
    await machine.uninstall("--keep-store");
    expect(machine.snapshot(STORE)).toEqual(before);
    const holding = Object.values(machine.snapshot("home")).filter((content) => content.includes(TOKEN));
    expect(holding).toEqual([]);
    expect(machine.read("home/.bashrc")).toBe("alias ll='ls -l'\n");
    await expectSettled(machine, "--keep-store");
  });

  test("of a person's own in settings, which we never set, stays", async () => {
    const own = '{"env":{"ANTHROPIC_API_KEY":"theirs"}}';
    const machine = inStore({ [`${STORE}/.claude-credentials/settings.json`]: file(own) });
    linked(machine);
    await machine.uninstall();
    expect(machine.read("home/.claude/settings.json")).toBe(own);
  });
});

test("a later start links again, and nothing was lost on the way", async () => {
  const machine = inStore();
  linked(machine);
  await machine.uninstall();
  await machine.start();
  expect(machine.linkText("home/.claude")).toBe(machine.path(`${STORE}/.claude-credentials`));
  expect(credentialOf(machine)).toBe(login("store"));
  expect(machine.read("home/.claude/history.jsonl")).toBe("store\n");
});
