import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/errors.ts";
import { credentialLocks, START_LOCK_NAME } from "../../../src/plan/lock-names.ts";
import { bring, BROUGHT, NEW_LOGIN as NEW } from "../../support/bring.ts";
import { BLANK, login, state } from "../../support/login.ts";
import { ROOT, STAMPED, TestMachine, VSCODE, type MachineOptions } from "../../support/machine.ts";
import { directory, file, symlink, type Tree } from "../../support/tree.ts";

function machineWith(tree: Tree = {}, options: MachineOptions = {}): TestMachine {
  return new TestMachine({ ...options, tree: { ...BROUGHT, ...tree } });
}

/** What a linked home looks like. */
function linked(tree: Tree = {}): TestMachine {
  const machine = machineWith(
    {
      "store/format": "1\n",
      "store/.claude-credentials": directory(0o700),
      ...tree,
    },
    {},
  );
  machine.relink("home/.claude", machine.path("store/.claude-credentials"));
  machine.relink("home/.claude.json", machine.path("store/.claude-credentials/.claude.json"));
  return machine;
}

function accountIn(machine: TestMachine, path: string): unknown {
  return (JSON.parse(machine.read(path)) as { oauthAccount?: { emailAddress?: unknown } }).oauthAccount
    ?.emailAddress;
}

describe("a login that is brought", () => {
  test("makes a new directory that is private from the start, and nothing beside the two files", async () => {
    const machine = machineWith();
    expect((await bring(machine, "a/new")).login).toBe("taken");
    expect(Object.keys(machine.snapshot("a/new")).sort()).toEqual([".claude.json", ".credentials.json"]);
    expect(machine.read("a/new/.credentials.json")).toBe(NEW);
    expect([".", ".credentials.json", ".claude.json"].map((name) => machine.mode(`a/new/${name}`))).toEqual([
      ...["0700", "0600", "0600"],
    ]);
    expect(machine.read("private/.credentials.json")).toBe(NEW);
  });

  test("twice changes nothing the second time", async () => {
    const machine = machineWith();
    await bring(machine, "new");
    const before = machine.snapshot("new");
    expect((await bring(machine, "new")).login).toBe("taken");
    expect(machine.snapshot("new")).toEqual(before);
  });

  test("goes where the home leads to, with its account; what was there is in the store's backups", async () => {
    const old = login("old", 2);
    const machine = linked({
      "store/.claude-credentials/.credentials.json": file(old),
      "store/.claude-credentials/.claude.json": file(state("old@example.com")),
    });
    expect((await bring(machine, null)).login).toBe("taken");
    expect(machine.read("store/.claude-credentials/.credentials.json")).toBe(NEW);
    const live = JSON.parse(machine.read("store/.claude-credentials/.claude.json")) as object;
    expect(live).toMatchObject({
      ...{ theme: "dark", projects: { "/work": {} }, oauthAccount: { emailAddress: "new@example.com" } },
    });
    const backups = `store/backups/${STAMPED}-login`;
    expect(machine.read(`${backups}/.credentials.json`)).toBe(old);
    expect(machine.read(`${backups}/.claude.json`)).toBe(state("old@example.com"));
    expect(machine.linkText("home/.claude")).toBe(machine.path("store/.claude-credentials"));
  });

  test("leaves what other tools keep in the file, also the second time", async () => {
    const machine = machineWith({
      "there/.credentials.json": file(JSON.stringify({ mcpOAuth: { a: { accessToken: "theirs" } } })),
    });
    expect((await bring(machine, "there")).login).toBe("taken");
    const text = machine.read("there/.credentials.json");
    expect(JSON.parse(text)).toEqual({ ...JSON.parse(NEW), mcpOAuth: { a: { accessToken: "theirs" } } });
    const before = machine.snapshot("there");
    expect((await bring(machine, "there")).login).toBe("taken");
    expect(machine.snapshot("there")).toEqual(before);
  });

  test("goes to the state file of this container where each has its own", async () => {
    const machine = linked({ "store/containers/c1/.claude.json": file(state("old@example.com")) });
    machine.relink("home/.claude.json", machine.path("store/containers/c1/.claude.json"));
    await bring(machine, null);
    expect(accountIn(machine, "store/containers/c1/.claude.json")).toBe("new@example.com");
    expect(machine.exists("store/.claude-credentials/.claude.json")).toBe(false);
  });

  test("that is named by its store's path, or by a link, is the home's all the same", async () => {
    for (const to of ["store", "store/.claude-credentials", "way"]) {
      const machine = linked({
        "store/containers/c1/.claude.json": file(state("old@example.com")),
        way: symlink("store"),
      });
      machine.relink("home/.claude.json", machine.path("store/containers/c1/.claude.json"));
      await bring(machine, to);
      expect(accountIn(machine, "store/containers/c1/.claude.json")).toBe("new@example.com");
    }
  });

  test("goes to a real home, whose backups are kept where an uninstall keeps them", async () => {
    const machine = machineWith({
      "home/.claude/.credentials.json": file(BLANK),
      "home/.claude.json": file(state("old@example.com")),
    });
    expect((await bring(machine, null)).login).toBe("taken");
    expect(accountIn(machine, "home/.claude.json")).toBe("new@example.com");
    const backups = `home/.local/share/claude-credentials/backups/${STAMPED}-login`;
    expect(machine.read(`${backups}/.credentials.json`)).toBe(BLANK);
    expect(machine.read(`${backups}/.claude.json`)).toBe(state("old@example.com"));
    expect(machine.mode(backups)).toBe("0700");
    expect(Object.keys(machine.snapshot("home/.claude"))).toEqual([".credentials.json"]);
  });

  test("goes to a home in which nothing is yet", async () => {
    const machine = machineWith();
    expect((await bring(machine, null)).login).toBe("taken");
    expect(machine.read("home/.claude/.credentials.json")).toBe(NEW);
    expect(machine.mode("home/.claude")).toBe("0700");
    expect(accountIn(machine, "home/.claude.json")).toBe("new@example.com");
  });

  test("leaves a state file that is a mount as it is", async () => {
    const machine = machineWith(
      { "home/.claude.json": file(state("old@example.com")) },
      { mounts: [["home/.claude.json", "ext4"]] },
    );
    expect((await bring(machine, null)).login).toBe("taken");
    expect(accountIn(machine, "home/.claude.json")).toBe("old@example.com");
  });

  test("goes to a store that is named, also where its folder is not made yet", async () => {
    for (const tree of [
      { "other/format": "1\n" },
      { "other/format": "1\n", "other/.claude-credentials/settings.json": file("{}") },
    ]) {
      const machine = linked(tree);
      expect((await bring(machine, "other")).login).toBe("taken");
      expect(machine.read("other/.claude-credentials/.credentials.json")).toBe(NEW);
      expect(machine.exists("store/.claude-credentials/.credentials.json")).toBe(false);
    }
  });

  test("brings whatever else its directory holds, never over what is there", async () => {
    const machine = machineWith({
      "private/settings.json": file('{"mine":1}'),
      "private/projects/a/1.jsonl": file("one"),
      "there/.credentials.json": file(BLANK),
      "there/settings.json": file('{"theirs":1}'),
    });
    await bring(machine, "there", { kind: "better", command: "restore" });
    expect(machine.read("there/settings.json")).toBe('{"theirs":1}');
    expect(machine.read(`there/backups/${STAMPED}-restore/settings.json`)).toBe('{"mine":1}');
    expect(machine.read("there/projects/a/1.jsonl")).toBe("one");
  });

  test("stays in the backups where the one that is there is better, whose account stays too", async () => {
    const better = login("better", 20);
    const machine = machineWith({
      "there/.credentials.json": file(better),
      "there/.claude.json": file(state("new@example.com")),
    });
    expect((await bring(machine, "there")).login).toBe("kept");
    expect(machine.read("there/.credentials.json")).toBe(better);
    expect(machine.read(`there/backups/${STAMPED}-login/.credentials.json`)).toBe(NEW);
  });

  test("by force takes the place of a better one, which is kept", async () => {
    const better = login("better", 20);
    const machine = machineWith({
      "private/.credentials.json": file(login("access", 1, { refreshToken: undefined })),
      "there/.credentials.json": file(better),
      "there/.claude.json": file(state("new@example.com")),
    });
    expect((await bring(machine, "there", { kind: "better" })).login).toBe("kept");
    expect((await bring(machine, "there", { kind: "forced" })).login).toBe("taken");
    expect(machine.read(`there/backups/${STAMPED}-login/.credentials.json.2`)).toBe(better);
  });

  test("may be no credential at all", async () => {
    const machine = machineWith({ "there/.credentials.json": file(NEW) });
    machine.forget("private/.credentials.json");
    expect((await bring(machine, "there")).login).toBe("none");
    expect(machine.read("there/.credentials.json")).toBe(NEW);
  });

  test("brought by root belongs to whom the place belongs, or to whom the caller says", async () => {
    const machine = machineWith({ "theirs/sub": directory() }, { user: ROOT });
    machine.own("theirs", VSCODE);
    await bring(machine, "theirs/new");
    const names = ["", "/.credentials.json", "/.claude.json"];
    expect(names.map((name) => machine.ownerOf(`theirs/new${name}`))).toEqual([VSCODE, VSCODE, VSCODE]);
    const other = { uid: 1234, gid: 5 };
    await bring(machine, "theirs/other", { owner: other });
    expect(names.map((name) => machine.ownerOf(`theirs/other${name}`))).toEqual([other, other, other]);
  });

  test("clears away what a killed run left in a directory that no start looks after", async () => {
    const left = ".claude-credentials-incoming-00000000-1-aaaaaaaa-config";
    const machine = machineWith({ [`there/${left}/x`]: file("x"), "there/.oauth_refresh.lock": directory() });
    chmodSync(machine.path("there"), 0o700);
    machine.machine.fs.lutimes(machine.path("there/.oauth_refresh.lock"), 0n, 0n);
    expect((await bring(machine, "there", { wait: 70_000 })).login).toBe("taken");
    expect(machine.exists(`there/${left}`)).toBe(false);
  });
});

describe("while somebody works on the place of a login, bringing one", () => {
  test.each([
    ["Claude Code's first lock", "store/.claude-credentials/.oauth_refresh.lock"],
    ["Claude Code's second lock", "store/.claude-credentials.lock"],
    ["Claude Code's third lock", "store/.claude-credentials/.storage-write.lock"],
    ["the state file's", "home/.claude.json.lock"],
    ["a start", `store/${START_LOCK_NAME}`],
  ])("waits for %s, and then says so", async (_what, lock) => {
    const machine = linked();
    mkdirSync(machine.path(lock));
    machine.whileSleeping = () => {
      const now = BigInt(machine.machine.now()) * 1_000_000n;
      machine.machine.fs.lutimes(machine.path(lock), now, now);
    };
    machine.whileSleeping();
    const brought = await bring(machine, null, { wait: 5000 });
    expect(brought.login).toBe("failed");
    expect(brought.applied.findings).toMatchObject([
      { code: "LOCK_HELD", path: machine.path(lock), hint: expect.stringContaining("try again") as string },
    ]);
    expect(machine.slept).toBeGreaterThanOrEqual(5000);
    expect(machine.exists("store/.claude-credentials/.credentials.json")).toBe(false);
    expect(machine.exists("store/.claude-credentials/.claude.json")).toBe(false);
  });

  test("goes on when it is done, and lets go of all locks", async () => {
    const machine = linked();
    const [lock = ""] = credentialLocks(machine.path("store/.claude-credentials"), "");
    mkdirSync(lock);
    machine.machine.fs.lutimes(lock, BigInt(machine.now) * 1_000_000n, BigInt(machine.now) * 1_000_000n);
    machine.whileSleeping = () => {
      if (machine.exists(lock)) machine.machine.fs.rmdir(lock);
    };
    expect((await bring(machine, null, { wait: 5000 })).login).toBe("taken");
    expect(Object.keys(machine.snapshot()).filter((name) => name.includes(".lock"))).toEqual([]);
  });
});

describe("a place where no login can be kept is refused", () => {
  const refusals: readonly (readonly [what: string, to: string | null, tree: Tree, message: string])[] = [
    ["a folder with other things", "there", { "there/README": "x" }, "holds other things, and no login"],
    ["a file", "there", { there: "x" }, "is no directory"],
    ["a path below a file", "there/x", { there: "x" }, "is no directory"],
    ["a link to nothing", "there", { there: symlink("nowhere") }, "where nothing is"],
    ["a home that leads to nothing", null, { "home/.claude": symlink("/nonexistent/x") }, "where nothing is"],
    ["a directory that is closed", "there", { there: directory(0o500) }, "cannot be written to"],
    ["one to be made where nothing can be", "there/x", { there: directory(0o500) }, "cannot be written to"],
    [
      ...(["a credential that is a symlink", "there"] as const),
      { "there/.credentials.json": symlink("/run/secrets/x") },
      "is a symlink, which cannot be replaced",
    ],
    ["a store of a newer version", "there", { "there/format": "9\n" }, "of a newer claude-credentials"],
  ];
  test.each(refusals)("%s", async (_what, to, tree, message) => {
    const machine = machineWith(tree);
    const before = machine.snapshot();
    const error = await bring(machine, to).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).message).toContain(message);
    expect((error as UserError).message).toMatch(/^login: /);
    expect(machine.snapshot()).toEqual(before);
  });

  test("one of another user's", async () => {
    const machine = machineWith({ "there/.credentials.json": file(BLANK) });
    for (const path of ["there", "there/.credentials.json"])
      machine.own(path, { uid: 1234, gid: VSCODE.gid });
    chmodSync(machine.path("there"), 0o770);
    await expect(bring(machine, "there")).rejects.toThrow("belongs to uid 1234");
  });

  test("one that git would take into a commit, and not one that it ignores or that lies below .git", async () => {
    const machine = machineWith();
    execFileSync("git", ["init", "-q", machine.work]);
    writeFileSync(machine.path("work/.git/info/exclude"), "/ignored/\n");
    for (const to of ["work/new", "work/deep/new"])
      await expect(bring(machine, to)).rejects.toThrow(`lies in the work tree of ${machine.work}`);
    expect(machine.exists("work/new")).toBe(false);
    expect((await bring(machine, "work/ignored/new")).login).toBe("taken");
    expect((await bring(machine, "work/.git/own")).login).toBe("taken");
    machine.add({ "work/ignored/tracked/.credentials.json": file(BLANK) });
    execFileSync("git", ["-C", machine.work, "add", "-f", "ignored/tracked/.credentials.json"]);
    await expect(bring(machine, "work/ignored/tracked")).rejects.toThrow("lies in the work tree of");
  });
});
