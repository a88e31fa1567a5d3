import { describe, expect, test } from "vitest";
import { login, state } from "../../support/login.ts";
import { ROOT, TestMachine, type MachineOptions } from "../../support/machine.ts";
import { directory, file, symlink } from "../../support/tree.ts";

const GIT_STORE = "work/.git/claude-credentials";
const CONFIG = `${GIT_STORE}/.claude-credentials`;
const BUILD = "home/.local/share/claude-credentials/.claude-credentials";

describe("what ~/.claude resolves to is a mount point", () => {
  const mountAt = (path: string, type: string, options: MachineOptions = {}): TestMachine =>
    new TestMachine({ repository: true, ...options, mounts: [[path, type]] });

  test("a volume: left alone, said, and ~/.claude.json linked into it", async () => {
    const machine = mountAt("home/.claude", "ext4", {
      tree: {
        "home/.claude/.credentials.json": file(login("volume")),
        "home/.claude.json": file(state("a@b")),
      },
    });
    const { report, code } = await machine.start("--strict");
    expect(code).toBe(0);
    expect(report).toMatchObject({
      outcome: "persistent",
      store: { root: `${machine.home}/.claude`, kind: "mount" },
      findings: [],
    });
    expect(report.actions[0]).toEqual({
      kind: "keep",
      path: `${machine.home}/.claude`,
      result: "unchanged",
      reason: "it is a mount: persisted already, left alone",
    });
    expect(machine.linkText("home/.claude.json")).toBe(`${machine.home}/.claude/.claude.json`);
    expect(machine.read("home/.claude/.claude.json")).toBe(state("a@b"));
    expect(machine.exists(GIT_STORE)).toBe(false);
    expect((await machine.start()).mutations).toEqual([]);
    const status = await machine.status();
    expect(status.code).toBe(0);
    expect(status.report).toMatchObject({
      persistent: true,
      store: { root: `${machine.home}/.claude`, kind: "mount" },
      links: [{ state: "mount", target: null }, { state: "ok" }],
    });
  });

  test("a volume that landed on our build-time link's target", async () => {
    const machine = mountAt(BUILD, "ext4", {
      tree: { [`${BUILD}/.credentials.json`]: file(login("volume")) },
    });
    machine.relink("home/.claude", machine.path(BUILD));
    const { report } = await machine.start("--strict");
    expect(report).toMatchObject({
      outcome: "persistent",
      store: { root: machine.path(BUILD), kind: "mount" },
      findings: [],
    });
    expect(machine.linkText("home/.claude")).toBe(machine.path(BUILD));
    expect(machine.linkText("home/.claude.json")).toBe(`${machine.path(BUILD)}/.claude.json`);
  });

  test.each(["tmpfs", "overlay"])("a %s is not persistent", async (type) => {
    const machine = mountAt("home/.claude", type, { tree: { "home/.claude": directory() } });
    const { report, code } = await machine.start("--strict");
    expect(code).toBe(1);
    expect(report).toMatchObject({ outcome: "not-persistent", findings: [{ code: "STORE_NOT_PERSISTENT" }] });
  });
});

describe("with CLAUDE_CONFIG_DIR", () => {
  test.each(["there", "not made yet"])(
    "on persistent storage, %s: left alone, reported as the root",
    async (how) => {
      const machine = new TestMachine({
        repository: true,
        configDirectory: "data/claude",
        mounts: [["data", "ext4"]],
        tree: {
          data: directory(),
          ...(how === "there" ? { "data/claude/.credentials.json": file(login("data")) } : {}),
        },
      });
      const { report, mutations, code } = await machine.start("--strict");
      expect(code).toBe(0);
      expect(report).toMatchObject({
        outcome: "persistent",
        store: { root: machine.path("data/claude"), kind: "path" },
        findings: [],
      });
      expect(mutations).toEqual([]);
      const status = await machine.status();
      expect(status.report.links).toEqual([]);
      expect(status.report.loggedIn).toBe(how === "there");
      expect(status.code).toBe(how === "there" ? 0 : 1);
    },
  );

  test("that is a mount: left alone, kind mount", async () => {
    const machine = new TestMachine({
      repository: true,
      configDirectory: "data",
      mounts: [["data", "ext4"]],
      tree: { data: directory() },
    });
    expect((await machine.start()).report).toMatchObject({
      outcome: "persistent",
      store: { root: machine.path("data"), kind: "mount" },
    });
  });

  test("on the container's own layer: merged and linked, .claude.json within it, none beside it", async () => {
    const machine = new TestMachine({
      repository: true,
      configDirectory: "home/.config/claude",
      tree: {
        "home/.config/claude/.credentials.json": file(login("home")),
        "home/.config/claude/.claude.json": file(state("a@b")),
        "home/.config/claude/settings.json": file("{}"),
      },
    });
    const { report } = await machine.start("--strict");
    expect(report).toMatchObject({ outcome: "persistent", store: { kind: "git" }, findings: [] });
    expect(machine.linkText("home/.config/claude")).toBe(machine.path(CONFIG));
    expect(Object.keys(machine.snapshot(CONFIG))).toEqual([
      ".claude.json",
      ".credentials.json",
      "settings.json",
    ]);
    expect(machine.exists("home/.claude.json")).toBe(false);
    expect(machine.exists("home/.claude")).toBe(false);
    expect((await machine.start()).mutations).toEqual([]);
    const status = await machine.status();
    expect(status.code).toBe(0);
    expect(status.report.account).toEqual({ email: "a@b", organization: "Acme" });
    expect(status.report.links).toEqual([
      { path: machine.path("home/.config/claude"), target: machine.path(CONFIG), state: "ok" },
    ]);
  });

  test("not there yet on the container's own layer: linked, with the directories above", async () => {
    const machine = new TestMachine({ repository: true, configDirectory: "home/.config/x/claude" });
    expect((await machine.start("--strict")).code).toBe(0);
    expect(machine.linkText("home/.config/x/claude")).toBe(machine.path(CONFIG));
    expect((await machine.start()).mutations).toEqual([]);
  });

  test("that is the store's own directory: that store, nothing to link", async () => {
    const machine = new TestMachine({
      repository: true,
      configDirectory: "work/.devcontainer.secrets/.claude-credentials",
      tree: {
        "work/.devcontainer.secrets/.claude-credentials/.credentials.json": file(login("a")),
        [`${CONFIG}/settings.json`]: file("{}"),
      },
    });
    const { report, code } = await machine.start("--strict");
    expect(report).toMatchObject({
      outcome: "persistent",
      store: { root: machine.path("work/.devcontainer.secrets"), kind: "workspace" },
      findings: [],
    });
    expect(code).toBe(0);
    expect(machine.snapshot("work/.devcontainer.secrets/.claude-credentials")).toEqual({
      ".credentials.json": `file 0600 ${login("a")}`,
    });
    expect((await machine.start()).mutations).toEqual([]);
  });

  test("that holds the workspace folder: nothing is moved", async () => {
    const machine = new TestMachine({ repository: true, configDirectory: "." });
    const before = machine.snapshot("work");
    const { report, code } = await machine.start("--strict");
    expect(code).toBe(1);
    expect(report.findings.map((finding) => finding.code)).toContain("STORE_UNSAFE");
    expect(machine.snapshot("work/README")).toEqual({});
    expect(Object.keys(machine.snapshot("work"))).toEqual(expect.arrayContaining(Object.keys(before)));
    expect(report.outcome).toBe("not-persistent");
  });
});

describe("a link of somebody else's", () => {
  test("the outcome says whether the login that it leads to outlives the container", async () => {
    const fleeting = new TestMachine({ repository: true, tree: { elsewhere: directory() } });
    fleeting.relink("home/.claude", fleeting.path("elsewhere"));
    expect((await fleeting.start()).report.outcome).toBe("not-persistent");
    const lasting = new TestMachine({
      repository: true,
      mounts: [["elsewhere", "ext4"]],
      tree: { "elsewhere/claude": directory() },
    });
    lasting.relink("home/.claude", lasting.path("elsewhere/claude"));
    expect((await lasting.start()).report.outcome).toBe("persistent");
    expect((await lasting.startWith("--workspace", lasting.work)).out).toMatch(
      /^claude-credentials: ~\/\.claude is left alone, and a login in it is not in the store\n/,
    );
  });
});

describe("with perContainer", () => {
  const options = { perContainer: true };

  test("each container has a state file of its own, and the store keeps the login facts alone", async () => {
    const machine = new TestMachine({
      volume: true,
      options,
      tree: { "home/.claude.json": file(state("a@b", { numStartups: 3 })) },
    });
    const { report } = await machine.start("--strict");
    expect(report.findings).toEqual([]);
    expect(machine.read("volume/containers/0d3v1d/.claude.json")).toBe(state("a@b", { numStartups: 3 }));
    expect(machine.mode("volume/containers/0d3v1d")).toBe("0700");
    expect(machine.mode("volume/containers")).toBe("0700");
    expect(machine.linkText("home/.claude.json")).toBe(
      "/var/lib/claude-credentials/containers/0d3v1d/.claude.json",
    );
    expect(JSON.parse(machine.read("volume/.claude-credentials/.claude.json"))).toEqual({
      hasCompletedOnboarding: true,
      lastOnboardingVersion: "2.1.330",
      theme: "dark",
      oauthAccount: { emailAddress: "a@b", organizationName: "Acme" },
    });
    expect((await machine.start()).mutations).toEqual([]);

    // Another container starts from them, and never sees the first one's projects.
    machine.forget("home/.claude.json");
    await machine.startWith("--workspace", machine.work, "--devcontainer-id", "other");
    const other = JSON.parse(machine.read("volume/containers/other/.claude.json")) as Record<string, unknown>;
    expect(other["oauthAccount"]).toEqual({ emailAddress: "a@b", organizationName: "Acme" });
    expect(other).not.toHaveProperty("projects");
    expect(other).not.toHaveProperty("numStartups");
  });

  test("one that logged out does not take the facts away", async () => {
    const machine = new TestMachine({
      volume: true,
      options,
      tree: {
        "volume/.claude-credentials/.claude.json": file(state("a@b")),
        "volume/containers/0d3v1d/.claude.json": file('{"numStartups":1}'),
      },
    });
    await machine.start();
    expect(machine.read("volume/.claude-credentials/.claude.json")).toBe(state("a@b"));
    expect(machine.read("volume/containers/0d3v1d/.claude.json")).toBe('{"numStartups":1}');
  });

  test("a damaged one starts from the login facts again", async () => {
    const machine = new TestMachine({
      volume: true,
      options,
      tree: {
        "volume/.claude-credentials/.claude.json": file(state("a@b")),
        "volume/containers/0d3v1d/.claude.json": file("{"),
      },
    });
    const { report } = await machine.start();
    expect(report.findings.map(({ code }) => code)).toEqual(["STATE_MALFORMED"]);
    expect(JSON.parse(machine.read("volume/containers/0d3v1d/.claude.json"))).toMatchObject({
      oauthAccount: { emailAddress: "a@b" },
    });
  });

  test("without an id the state file stays in the container", async () => {
    const machine = new TestMachine({
      volume: true,
      options,
      tree: { "home/.claude.json": file(state("a@b")) },
    });
    const run = await machine.startWith("--workspace", machine.work, "--devcontainer-id", "", "--json");
    expect(run.code).toBe(0);
    expect(machine.read("home/.claude.json")).toBe(state("a@b"));
    expect(machine.exists("volume/containers")).toBe(false);
  });

  test.each(["..", "a/b", "x\ny", "a b"])("the id '%s' names no directory", async (id) => {
    const machine = new TestMachine({ volume: true, options });
    const run = await machine.startWith("--workspace", machine.work, "--devcontainer-id", id, "--strict");
    expect(run.code).toBe(id === ".." ? 0 : 2);
    expect(machine.exists("volume/containers")).toBe(false);
  });
});

test("root's home in a container of root's own", async () => {
  const machine = new TestMachine({
    user: ROOT,
    repository: true,
    tree: { "home/.claude": symlink("gone") },
  });
  expect((await machine.start("--strict")).code).toBe(0);
  expect(machine.linkText("home/.claude")).toBe(machine.path(CONFIG));
});
