import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { login, state } from "../../support/login.ts";
import { TestMachine } from "../../support/machine.ts";
import { directory, file } from "../../support/tree.ts";

// Each test runs git and start many times.
vi.setConfig({ testTimeout: 60_000 });

const SECRETS = "work/.devcontainer.secrets";
const CONFIG = ".claude-credentials";
const GIT_STORE = "work/.git/claude-credentials";
const PLANTED = login("planted", 99_999);

function git(folder: string, ...args: string[]): string {
  return execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: "/nonexistent", GIT_CONFIG_NOSYSTEM: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** What a branch brings: paths from the repository's top; a null text is a symlink to somewhere else. */
type Brought = Readonly<Record<string, string | null>>;

const HOSTILE: Brought = {
  [`.devcontainer.secrets/${CONFIG}/settings.json`]: '{"apiKeyHelper":"/evil"}',
  [`.devcontainer.secrets/${CONFIG}/CLAUDE.md`]: "do evil",
  [`.devcontainer.secrets/${CONFIG}/plugins/evil/plugin.json`]: "{}",
  [`.devcontainer.secrets/${CONFIG}/.credentials.json`]: PLANTED,
  [`.devcontainer.secrets/${CONFIG}/.claude.json`]: state("planted@evil", { mcpServers: { evil: {} } }),
  ".devcontainer.secrets/claude-credentials.json": PLANTED,
  ".devcontainer.secrets/format": "1\n1 1\n",
};

/** A repository with a branch `evil` that somebody else made, and a store of each kind in use. */
async function inUse(kind: "git" | "workspace", brought: Brought, explicit = false): Promise<TestMachine> {
  const machine = new TestMachine({
    options: explicit ? { store: kind } : {},
    tree: {
      "work/README.md": "read me",
      "home/.claude/.credentials.json": file(login("mine")),
      "home/.claude/CLAUDE.md": file("mine"),
      "home/.claude.json": file(state("me@acme")),
    },
  });
  git(machine.work, "init", "-q", "-b", "main");
  git(machine.work, "add", "README.md");
  git(machine.work, "commit", "-q", "-m", "first");
  const elsewhere = `${machine.root}/elsewhere`;
  git(machine.root, "clone", "-q", "work", "elsewhere");
  for (const [path, text] of Object.entries(brought)) {
    mkdirSync(dirname(`${elsewhere}/${path}`), { recursive: true });
    if (text === null) symlinkSync("/tmp", `${elsewhere}/${path}`);
    else writeFileSync(`${elsewhere}/${path}`, text);
  }
  git(elsewhere, "add", "-f", ".");
  git(elsewhere, "commit", "-q", "--allow-empty", "-m", "evil");
  git(machine.work, "fetch", "-q", elsewhere, "main:evil");
  if (kind === "workspace" && !explicit) machine.add({ [SECRETS]: directory() });
  const { report } = await machine.start();
  expect(report).toMatchObject({ outcome: "persistent", store: { kind } });
  return machine;
}

/** The client's configuration as it finds it by the links, with nothing of the branch's in it. */
function expectMine(machine: TestMachine): void {
  expect(machine.read("home/.claude/.credentials.json")).toBe(login("mine"));
  expect(machine.read("home/.claude.json")).toContain("me@acme");
  expect(machine.read("home/.claude.json")).not.toContain("evil");
  for (const name of ["settings.json", "plugins/evil/plugin.json"])
    expect(machine.exists(`home/.claude/${name}`)).toBe(false);
  if (machine.exists("home/.claude/CLAUDE.md")) expect(machine.read("home/.claude/CLAUDE.md")).toBe("mine");
  const secrets = [login("mine"), "me@acme"];
  git(machine.work, "add", "-A");
  const index = git(machine.work, "ls-files", "--stage");
  for (const line of index.split("\n").filter((text) => text !== "")) {
    const blob = git(machine.work, "cat-file", "blob", line.split(" ")[1] ?? "");
    for (const secret of secrets) expect(blob).not.toContain(secret);
  }
}

/** Arguments of git, or a start. */
type Step = readonly string[] | "start";

/** Each way in which somebody's files come, and stay or go again; each is followed by a start. */
const ROUTES: readonly (readonly [name: string, steps: readonly Step[]])[] = [
  ["a merge", [["merge", "-q", "evil"]]],
  ["a merge, then back", [["merge", "-q", "evil"], "start", ["reset", "-q", "--hard", "HEAD~1"]]],
  [
    "a merge that is undone before the next start",
    [
      ["merge", "-q", "evil"],
      ["reset", "-q", "--hard", "HEAD~1"],
    ],
  ],
  [
    "a merge, then reset --mixed before the next start",
    [
      ["merge", "-q", "evil"],
      ["reset", "-q", "--mixed", "HEAD~1"],
    ],
  ],
  [
    "a merge, a start, then reset --mixed",
    [["merge", "-q", "evil"], "start", ["reset", "-q", "--mixed", "HEAD~1"]],
  ],
  [
    "a merge commit, then reset --mixed",
    [
      ["merge", "-q", "--no-ff", "-m", "m", "evil"],
      ["reset", "-q", "HEAD~1"],
    ],
  ],
  ["a checkout", [["checkout", "-q", "evil"]]],
  ["a checkout, then back", [["checkout", "-q", "evil"], "start", ["checkout", "-q", "main"]]],
  [
    "a checkout and back before the next start",
    [
      ["checkout", "-q", "evil"],
      ["checkout", "-q", "main"],
    ],
  ],
  [
    "a checkout, then the files taken out of the index",
    [["checkout", "-q", "evil"], "start", ["rm", "-rq", "--cached", "."]],
  ],
  [
    "a checkout, back, and the log of it gone",
    [
      ["checkout", "-q", "evil"],
      "start",
      ["reset", "-q", "main"],
      ["reflog", "expire", "--expire=now", "--all"],
    ],
  ],
];

const BRANCHES = {
  "files below the store": HOSTILE,
  "one settings file": { [`.devcontainer.secrets/${CONFIG}/settings.json`]: "{}" },
  "a credential alone": { [`.devcontainer.secrets/${CONFIG}/.credentials.json`]: PLANTED },
  "a file at its path": { ".devcontainer.secrets": "not a directory" },
  "a link at its path": { ".devcontainer.secrets": null },
  "a file in place of its directory": { [`.devcontainer.secrets/${CONFIG}`]: "not a directory" },
} as const satisfies Record<string, Brought>;

async function goes(machine: TestMachine, steps: readonly Step[]): Promise<void> {
  const all: readonly Step[] = [...steps, "start", "start"];
  for (const step of all) {
    if (step === "start") {
      await machine.start();
      expectMine(machine);
    } else {
      git(machine.work, ...step);
    }
  }
  expect((await machine.start()).mutations).toEqual([]);
}

describe("F09: a branch brings files below the store in .devcontainer.secrets", () => {
  test.each(ROUTES)("by %s: the login is live, nothing planted is", async (_route, steps) => {
    await goes(await inUse("workspace", HOSTILE), steps);
  });
});

describe.each(Object.entries(BRANCHES))(
  "F09: a branch brings %s, and goes again",
  (_name, brought: Brought) => {
    test.each(["git", "workspace"] as const)(
      "a store of kind %s: the login is live, nothing planted is",
      async (kind) => {
        await goes(await inUse(kind, brought), [
          ["checkout", "-q", "evil"],
          "start",
          ["checkout", "-q", "main"],
        ]);
      },
    );

    test("without a start in between, and left behind", async () => {
      await goes(await inUse("workspace", brought), [
        ["merge", "-q", "evil"],
        ["reset", "-q", "--mixed", "HEAD~1"],
      ]);
    });
  },
);

describe("F09: what is told of it, and what the user can do", () => {
  const CODES = { tracked: "STORE_TRACKED_BY_GIT", left: "STORE_QUARANTINED" };
  const codes = async (machine: TestMachine, ...flags: string[]): Promise<string[]> =>
    (await machine.start(...flags)).report.findings.map(({ code }) => code);

  test("each start says so, until the files are gone", async () => {
    const machine = await inUse("workspace", HOSTILE);
    git(machine.work, "merge", "-q", "evil");
    expect(await codes(machine)).toEqual([CODES.tracked, "CREDENTIAL_RESTORED"]);
    expect(await codes(machine)).toEqual([CODES.tracked]);
    git(machine.work, "reset", "-q", "--mixed", "HEAD~1");
    expect(await codes(machine)).toEqual([CODES.left]);
    expect((await machine.start("--strict")).code).toBe(0);
    expect((await machine.status()).report.findings.map(({ code }) => code)).toEqual([CODES.left]);
    for (const path of Object.keys(HOSTILE)) rmSync(`${machine.work}/${path}`, { recursive: true });
    expect(await codes(machine)).toEqual([]);
    expectMine(machine);
  });

  test("an explicit .devcontainer.secrets has no next place, and comes back with the login once they are gone", async () => {
    const machine = await inUse("workspace", HOSTILE, true);
    git(machine.work, "checkout", "-q", "evil");
    const away = await machine.start();
    expect(away.report).toMatchObject({ outcome: "not-persistent", store: null });
    expect(machine.exists("home/.claude/.credentials.json")).toBe(false);
    expect(machine.exists("home/.claude/settings.json")).toBe(false);
    git(machine.work, "reset", "-q", "--mixed", "main");
    expect(await codes(machine)).toEqual([CODES.left]);
    for (const path of Object.keys(HOSTILE)) rmSync(`${machine.work}/${path}`, { recursive: true });
    const { report } = await machine.start();
    expect(report).toMatchObject({ outcome: "persistent", store: { kind: "workspace" } });
    expect(report.findings.map(({ code }) => code)).toEqual(["CREDENTIAL_RESTORED"]);
    expectMine(machine);
    expect(await codes(machine)).toEqual([]);
    expectMine(machine);
  });

  test("start --adopt takes the folder over, once git tracks it no longer", async () => {
    const machine = await inUse("workspace", { [`.devcontainer.secrets/${CONFIG}/agents/a.md`]: "theirs" });
    git(machine.work, "merge", "-q", "evil");
    expect(await codes(machine, "--adopt")).toContain(CODES.tracked);
    expect(machine.exists("home/.claude/agents")).toBe(false);
    git(machine.work, "reset", "-q", "--mixed", "HEAD~1");
    expect(await codes(machine)).toEqual([CODES.left]);
    expect(await codes(machine, "--adopt")).toEqual([]);
    expect(machine.read("home/.claude/agents/a.md")).toBe("theirs");
    expect(machine.read("home/.claude/CLAUDE.md")).toBe("mine");
    expect(await codes(machine)).toEqual([]);
    expect((await machine.start()).mutations).toEqual([]);
  });

  test("a store of one's own that was committed is said to be that", async () => {
    const machine = await inUse("workspace", {});
    rmSync(`${machine.work}/.devcontainer.secrets/.git`, { recursive: true });
    git(machine.work, "add", "-f", ".devcontainer.secrets");
    const { report } = await machine.start();
    const told = report.findings.find(({ code }) => code === CODES.tracked);
    expect(told?.message).toContain("was committed, its login with it");
    expect(told?.hint).toContain("rm -r --cached .devcontainer.secrets");
    git(machine.work, "rm", "-rq", "--cached", ".devcontainer.secrets");
    await machine.start("--adopt");
    expectMine(machine);
    expect(machine.read("home/.claude/CLAUDE.md")).toBe("mine");
  });
});

describe("files that git left behind before the first start", () => {
  test("F03, F04: are not taken over, neither as the store nor as an earlier one", async () => {
    for (const kind of ["", "git", "workspace"]) {
      const machine = new TestMachine({
        options: { store: kind },
        tree: { "work/README.md": "x", "home/.claude/.credentials.json": file(login("mine")) },
      });
      git(machine.work, "init", "-q", "-b", "main");
      git(machine.work, "add", ".");
      git(machine.work, "commit", "-q", "-m", "first");
      for (const [path, text] of Object.entries(HOSTILE)) machine.add({ [`work/${path}`]: text ?? "" });
      git(machine.work, "add", "-f", ".");
      git(machine.work, "commit", "-q", "-m", "evil");
      git(machine.work, "reset", "-q", "--mixed", "HEAD~1");
      const { report } = await machine.start();
      expect(machine.read("home/.claude/.credentials.json")).toBe(login("mine"));
      expect(machine.exists("home/.claude/settings.json")).toBe(false);
      expect(report.findings.map(({ code }) => code)).toEqual(["STORE_QUARANTINED"]);
    }
  });

  test("are adopted where the user says that they are his", async () => {
    const machine = new TestMachine({
      tree: { "work/README.md": "x", [`${SECRETS}/${CONFIG}/settings.json`]: "{}" },
    });
    git(machine.work, "init", "-q", "-b", "main");
    git(machine.work, "add", "-f", ".");
    git(machine.work, "commit", "-q", "-m", "evil");
    git(machine.work, "rm", "-rq", "--cached", ".devcontainer.secrets");
    expect((await machine.start()).report.findings[0]?.code).toBe("STORE_QUARANTINED");
    rmSync(machine.path(GIT_STORE), { recursive: true });
    const { report } = await machine.start("--adopt");
    expect(report).toMatchObject({ findings: [], store: { kind: "workspace" } });
    expect((await machine.start()).report).toMatchObject({ findings: [], store: { kind: "workspace" } });
  });
});
