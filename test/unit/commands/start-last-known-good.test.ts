import { rmSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BLANK, login, state } from "../../support/login.ts";
import { TestMachine, type MachineOptions } from "../../support/machine.ts";
import { directory, file } from "../../support/tree.ts";

const SECRETS = "work/.devcontainer.secrets";
const LIVE = `${SECRETS}/.claude-credentials/.credentials.json`;
const STATE = `${SECRETS}/.claude-credentials/.claude.json`;
const GIT_STORE = "work/.git/claude-credentials";
const KEPT = `${GIT_STORE}/last-known-good`;

/** A store in `.devcontainer.secrets` in use, with a git directory beside it. */
async function inUse(options: MachineOptions = {}): Promise<TestMachine> {
  const machine = new TestMachine({
    repository: true,
    tree: {
      [SECRETS]: directory(),
      "home/.claude/.credentials.json": file(login("one")),
      "home/.claude.json": file(state("me@acme")),
    },
    ...options,
  });
  expect((await machine.start()).report).toMatchObject({ findings: [], store: { kind: "workspace" } });
  return machine;
}

async function codes(machine: TestMachine): Promise<string[]> {
  return (await machine.start()).report.findings.map(({ code }) => code);
}

describe("the last known good of a store in .devcontainer.secrets", () => {
  test("is a copy of the login in the git directory, private, with the login facts alone", async () => {
    const machine = await inUse();
    expect(machine.snapshot(GIT_STORE)).toEqual({
      "last-known-good": "directory 0700",
      "last-known-good/.claude.json": `file 0600 ${machine.read(`${KEPT}/.claude.json`)}`,
      "last-known-good/.credentials.json": `file 0600 ${login("one")}`,
    });
    expect(machine.read(`${KEPT}/.claude.json`)).toContain("me@acme");
    expect(machine.read(`${KEPT}/.claude.json`)).not.toContain("projects");
    expect((await machine.start()).mutations).toEqual([]);
  });

  test("follows the login when it changed", async () => {
    const machine = await inUse();
    writeFileSync(machine.path(LIVE), login("two", 9));
    expect(await codes(machine)).toEqual([]);
    expect(machine.read(`${KEPT}/.credentials.json`)).toBe(login("two", 9));
    expect((await machine.start()).mutations).toEqual([]);
  });

  test("there is none for the other kinds, and none without a git directory", async () => {
    const tree = { "home/.claude/.credentials.json": file(login("one")) };
    const git = new TestMachine({ repository: true, tree });
    await git.start();
    expect(git.exists(KEPT)).toBe(false);
    const volume = new TestMachine({ repository: true, volume: true, tree });
    await volume.start();
    expect(volume.exists(GIT_STORE)).toBe(false);
    const alone = new TestMachine({ tree });
    expect((await alone.start()).report.store?.kind).toBe("workspace");
    expect(alone.exists("work/.git")).toBe(false);
  });

  const LOST: readonly (readonly [name: string, lose: (machine: TestMachine) => void])[] = [
    [
      "malformed",
      (machine) => {
        writeFileSync(machine.path(LIVE), '{"claudeAi');
      },
    ],
    [
      "empty",
      (machine) => {
        writeFileSync(machine.path(LIVE), "");
      },
    ],
    [
      "gone, while the state file names an account",
      (machine) => {
        unlinkSync(machine.path(LIVE));
      },
    ],
    [
      "gone with the state file",
      (machine) => {
        unlinkSync(machine.path(LIVE));
        unlinkSync(machine.path(STATE));
      },
    ],
    [
      "gone with its directory",
      (machine) => {
        rmSync(machine.path(`${SECRETS}/.claude-credentials`), { recursive: true });
      },
    ],
    [
      "gone with all of the store",
      (machine) => {
        rmSync(machine.path(SECRETS), { recursive: true });
      },
    ],
  ];

  test.each(LOST)("is put back where the login is %s, and that is said", async (name, lose) => {
    const machine = await inUse();
    lose(machine);
    const damaged = machine.exists(LIVE) ? machine.read(LIVE) : "";
    const { report } = await machine.start();
    expect(report.outcome).toBe("persistent");
    const told = report.findings.filter(({ code }) => code === "CREDENTIAL_RESTORED");
    expect(told).toHaveLength(1);
    expect(told[0]?.hint).toContain("claude-credentials status");
    expect(machine.read("home/.claude/.credentials.json")).toBe(login("one"));
    expect(machine.read("home/.claude.json")).toContain("me@acme");
    expect(machine.read("home/.claude.json")).toContain("hasCompletedOnboarding");
    expect(machine.mode("home/.claude/.credentials.json")).toBe("0600");
    const kept = Object.entries(machine.snapshot(`${GIT_STORE}/backups`)).filter(([path]) =>
      path.includes("credentials"),
    );
    expect(kept.map(([, text]) => text)).toEqual(damaged === "" ? [] : [`file 0600 ${damaged}`]);
    expect(
      report.findings.map(({ code }) => code),
      name,
    ).toEqual(["CREDENTIAL_RESTORED"]);
    expect(await codes(machine)).toEqual([]);
    expect((await machine.start()).mutations).toEqual([]);
  });

  test("C21: a blank credential stays, and the copy goes: the server refused that login", async () => {
    const machine = await inUse();
    writeFileSync(machine.path(LIVE), BLANK);
    expect(await codes(machine)).toEqual(["CREDENTIAL_BLANK"]);
    expect(machine.read(LIVE)).toBe(BLANK);
    expect(Object.keys(machine.snapshot(KEPT))).toEqual([]);
    unlinkSync(machine.path(LIVE));
    expect(await codes(machine)).toEqual([]);
    expect(machine.exists(LIVE)).toBe(false);
    expect((await machine.start()).mutations).toEqual([]);
  });

  test("C21: a logout stays one, and the copy goes", async () => {
    const machine = await inUse();
    unlinkSync(machine.path(LIVE));
    writeFileSync(machine.path(STATE), state("me@acme", { oauthAccount: undefined }));
    expect(await codes(machine)).toEqual([]);
    expect(machine.exists(LIVE)).toBe(false);
    expect(Object.keys(machine.snapshot(KEPT))).toEqual([]);
  });

  test("does not take the place of a login that the home brings", async () => {
    const machine = await inUse();
    rmSync(machine.path(SECRETS), { recursive: true });
    unlinkSync(machine.path("home/.claude"));
    machine.add({ "home/.claude/.credentials.json": file(login("new", 1)) });
    expect(await codes(machine)).toEqual([]);
    expect(machine.read("home/.claude/.credentials.json")).toBe(login("new", 1));
  });

  test("waits for Claude Code's locks, and leaves all as it is where they are held", async () => {
    const machine = await inUse();
    writeFileSync(machine.path(LIVE), "");
    machine.add({ [`${SECRETS}/.claude-credentials/.oauth_refresh.lock`]: directory() });
    machine.whileSleeping = () => {
      const time = new Date(machine.now + machine.slept);
      utimesSync(machine.path(`${SECRETS}/.claude-credentials/.oauth_refresh.lock`), time, time);
    };
    expect(await codes(machine)).toContain("LOCK_HELD");
    expect(machine.read(LIVE)).toBe("");
    rmSync(machine.path(`${SECRETS}/.claude-credentials/.oauth_refresh.lock`), { recursive: true });
    expect(await codes(machine)).toEqual(["CREDENTIAL_RESTORED"]);
  });

  test("belongs to its workspace folder: another one of the repository's does not get it", async () => {
    const machine = await inUse();
    machine.add({ "work/b/.devcontainer.secrets": directory() });
    machine.forget("home/.claude");
    machine.forget("home/.claude.json");
    const run = await machine.startWith("--workspace", `${machine.work}/b`, "--json");
    expect(run.out).not.toContain("CREDENTIAL_RESTORED");
    expect(machine.exists("work/b/.devcontainer.secrets/.claude-credentials/.credentials.json")).toBe(false);
    expect(machine.read(`${KEPT}/.credentials.json`)).toBe(login("one"));
  });

  test("its tokens are in no output", async () => {
    const machine = await inUse();
    unlinkSync(machine.path(LIVE));
    const run = await machine.startWith("--workspace", machine.work, "--verbose");
    expect(run.out + run.err).toContain("last known good");
    expect(run.out + run.err).not.toContain("access-one");
  });
});

test("backups of a store in .devcontainer.secrets lie in the git directory, where it is the user's", async () => {
  const tree = {
    [`${SECRETS}/.claude-credentials/settings.json`]: '{"a":1}',
    "home/.claude/settings.json": '{"b":1}',
  };
  const machine = new TestMachine({ repository: true, tree });
  await machine.start();
  expect(machine.exists(`${SECRETS}/backups`)).toBe(false);
  expect(Object.keys(machine.snapshot(`${GIT_STORE}/backups`)).join()).toContain("settings.json");
  const other = new TestMachine({ repository: true, tree });
  other.own("work/.git", { uid: 1234, gid: 1234 });
  await other.start();
  expect(Object.keys(other.snapshot(`${SECRETS}/backups`)).join()).toContain("settings.json");
});
