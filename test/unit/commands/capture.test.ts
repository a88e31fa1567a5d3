import { execFileSync } from "node:child_process";
import { generateIdentity, identityToRecipient } from "age-encryption";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { BLANK, login, state } from "../../support/login.ts";
import { type MachineOptions, TestMachine } from "../../support/machine.ts";
import { directory, fifo, file, symlink } from "../../support/tree.ts";

const CREDENTIAL = "home/.claude/.credentials.json";
const OTHERS = { mcpOAuth: { server: { refreshToken: "refresh-of-a-server" } } };

function loggedIn(options: MachineOptions = {}): TestMachine {
  return new TestMachine({
    ...options,
    tree: {
      [CREDENTIAL]: file(JSON.stringify({ ...(JSON.parse(login("canary")) as object), ...OTHERS })),
      "home/.claude/settings.json": file(
        JSON.stringify({ model: "opus", apiKeyHelper: "x", env: { A_TOKEN: "secret", B: "2" } }),
      ),
      "home/.claude/projects/-work/one.jsonl": file("said\n"),
      "home/.claude.json": file(state("dev@example.com", { machineID: "this-one" })),
      ...options.tree,
    },
  });
}

/** Every name in a directory, with its mode, and every byte. */
function all(machine: TestMachine, path: string): { names: string[]; bytes: string } {
  const snapshot = machine.snapshot(path);
  return { names: Object.keys(snapshot).sort(), bytes: JSON.stringify(snapshot) };
}

describe("capture to a directory", () => {
  test("takes the access token, the account and the settings, and nothing that renews, logs in or is the machine's", async () => {
    const machine = loggedIn();
    const before = machine.snapshot("home");
    const { code, out, err } = await machine.capture("--to", machine.path("captured"));
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.replaceAll(machine.root, "")).toMatchInlineSnapshot(`
      "captured the login of dev@example.com: /captured
        it works until 1 Jan, for 8 h: its refresh token was left out, so nothing renews it
        use it: claude-credentials run --auth /captured -- claude   or: claude-credentials restore --from /captured
      "
    `);
    const { bytes } = all(machine, "captured");
    expect(readdirSync(machine.path("captured")).sort()).toEqual([
      ".claude.json",
      ".credentials.json",
      "settings.json",
    ]);
    expect(bytes).toContain("access-canary");
    expect(bytes).not.toMatch(/refresh-|secret|apiKeyHelper|machineID|\/work/);
    expect(machine.mode("captured")).toBe("0700");
    for (const name of readdirSync(machine.path("captured")))
      expect(machine.mode(`captured/${name}`)).toBe("0600");
    expect(machine.snapshot("home")).toEqual(before);
  });

  test("with --full everything a person worked with goes along, but for what runs, leads outside or is no file", async () => {
    const machine = loggedIn({
      tree: {
        "home/.claude/commands/odd\nname é": file("a command\n"),
        "home/.claude/skills/run.sh": file("#!/bin/sh\n", 0o755),
        "home/.claude/links/inside": symlink("../projects"),
        "home/.claude/links/outside": symlink("/etc/passwd"),
        "home/.claude/links/upwards": symlink("../../.claude.json"),
        "home/.claude/pipe": fifo(),
        "home/.claude/empty": directory(),
        "home/.claude/shell-snapshots/snapshot.sh": file("export A_TOKEN=secret\n"),
        "home/.claude/backups/.claude.json.backup.1": file("{}"),
        "home/.claude/ide/1.lock": file("{}"),
        "home/.claude/plugins/some.lock": file("{}"),
        "home/.claude/.credentials.json.tmp.1": file(login("half")),
        "home/.claude/.credentials.json~": file(login("half")),
        "home/.claude/plugins/old/.credentials.json": file(login("half")),
      },
    });
    const { code, err } = await machine.capture("--full", "--to", machine.path("captured"));
    expect(code).toBe(0);
    expect(err.split("\n").sort()).toEqual([
      "",
      "claude-credentials: capture: links/outside was left out: a symlink that leads outside",
      "claude-credentials: capture: links/upwards was left out: a symlink that leads outside",
      "claude-credentials: capture: pipe was left out: a FIFO, socket or device",
      "claude-credentials: capture: plugins/old/.credentials.json was left out: it may hold a login, which goes along as one or not at all",
    ]);
    const found = readdirSync(machine.path("captured"), { recursive: true, encoding: "utf8" }).sort();
    expect(found).toEqual(
      [
        ...[".claude.json", ".credentials.json", "settings.json", "empty", "links", "links/inside"],
        ...["commands", "commands/odd\nname é", "skills", "skills/run.sh", "plugins", "plugins/old"],
        ...["projects", "projects/-work", "projects/-work/one.jsonl"],
        // What the link inside leads to.
        ...["links/inside/-work", "links/inside/-work/one.jsonl"],
      ].sort(),
    );
    expect(machine.mode("captured/skills/run.sh")).toBe("0700");
    expect(all(machine, "captured").bytes).not.toMatch(/refresh-|secret|half/);
  });
});

describe("capture refuses", () => {
  test.each<[string, MachineOptions, string[], number, RegExp]>([
    ["nobody's login", { tree: { [CREDENTIAL]: file("{}") } }, ["--to", "c"], 1, /nobody is logged in/],
    [
      "a blank one",
      { tree: { [CREDENTIAL]: file(BLANK) } },
      ["--to", "c"],
      1,
      /the server refused this login/,
    ],
    ["a cut off one", { tree: { [CREDENTIAL]: file("{") } }, ["--to", "c"], 1, /empty, cut off or no JSON/],
    [
      "an access token that has ended",
      { tree: { [CREDENTIAL]: file(login("old", -1)) } },
      ["--to", "c"],
      1,
      /has ended, and would be all[^]*claude-credentials refresh/,
    ],
    [
      "a whole login that has ended",
      { tree: { [CREDENTIAL]: file(login("old", -1, { refreshTokenExpiresAt: 1 })) } },
      ["--to", "c", "--with-refresh-token", "--plain"],
      1,
      /: the login has ended[^]*claude auth login/,
    ],
    ["a target that is there", { tree: { "work/c": file("mine") } }, ["--to", "c"], 1, /is there already/],
    [
      "a folder with something in it",
      { tree: { "work/c/a": file("mine") } },
      ["--to", "c"],
      1,
      /is there already/,
    ],
    ["a parent that is not there", {}, ["--to", "a/b/c"], 1, /there is no directory[^]*mkdir -p/],
    ["a place in the login itself", {}, ["--to", "../home/.claude/c"], 1, /in the login's own directory/],
    [
      "a work tree that would take it along",
      { repository: true },
      ["--to", "c.tgz", "--full"],
      1,
      /git would take/,
    ],
    ["no target", {}, [], 2, /no target is given/],
    [
      "a refresh token in the open",
      {},
      ["--to", "c", "--with-refresh-token"],
      2,
      /for whoever can read that/,
    ],
    ["a move in the open", {}, ["--to", "c.tar.gz", "--move"], 2, /for whoever can read that/],
    ["a key for what is not encrypted", {}, ["--to", "c", "--recipient", "age1x"], 2, /ends in \.age/],
    ["what is no key", {}, ["--to", "c.age", "--recipient", "me@example.com"], 2, /no public key/],
    [
      "a key with a wrong letter",
      {},
      ["--to", "c.age", "--recipient", "age1xyz"],
      2,
      /a letter of it is wrong/,
    ],
    ["a passphrase that nobody can be asked for", {}, ["--to", "c.age"], 2, /no terminal/],
  ])("%s, and makes nothing", async (_, options, args, exitCode, why) => {
    const machine = loggedIn(options);
    const before = machine.snapshot();
    const { code, out, err } = await machine.capture(...args);
    expect({ code, out }).toEqual({ code: exitCode, out: "" });
    expect(err).toMatch(why);
    expect(err).not.toMatch(/access-|refresh-c/);
    expect(machine.snapshot()).toEqual(before);
  });

  test("what it cannot lock: somebody at work is waited for, then named", async () => {
    const machine = loggedIn();
    const lock = machine.path("home/.claude/.oauth_refresh.lock");
    machine.add({ "home/.claude/.oauth_refresh.lock": directory() });
    machine.whileSleeping = () => {
      execFileSync("touch", ["-d", `@${(machine.now / 1000).toString()}`, lock]);
    };
    const { code, err } = await machine.capture("--to", machine.path("c"), "--wait", "3");
    expect(code).toBe(1);
    expect(err).toMatch(
      /somebody is at work on the login: .*oauth_refresh\.lock is held \(touched \d+ s ago\), also after 3 s/,
    );
    expect(machine.exists("c")).toBe(false);
  });

  test("not a place in a work tree that git ignores", async () => {
    const machine = loggedIn({ repository: true, tree: { "work/.gitignore": file("/c/\n", 0o644) } });
    expect(await machine.capture("--to", "c")).toMatchObject({ code: 0 });
  });
});

describe("capture to an encrypted file", () => {
  test("is opened with the key, and with no other; it holds nothing in the open", async () => {
    const machine = loggedIn();
    const [key, other] = [await generateIdentity(), await generateIdentity()];
    machine.add({ "key.txt": file(`# created\n${key}\n`), "other.txt": file(other) });
    machine.setEnv({ XDG_RUNTIME_DIR: machine.path("runtime") });
    machine.add({ runtime: directory(0o700) });
    const [to, into] = [machine.path("c.age"), machine.path("into")];
    const recipient = await identityToRecipient(key);
    const captured = await machine.capture(
      "--to",
      to,
      "--recipient",
      recipient,
      "--with-refresh-token",
      "--full",
    );
    expect(captured).toMatchObject({ code: 0, err: "" });
    expect(captured.out).toContain("The first renewal, here or there, ends the other for good");
    expect(machine.mode("c.age")).toBe("0600");
    expect(readFileSync(to, "latin1")).not.toMatch(/canary|projects|example/);
    const wrong = await machine.restore("--from", to, "--to", into, "--identity", machine.path("other.txt"));
    expect(wrong.code).toBe(1);
    expect(wrong.err).toContain("it is for another key or passphrase");
    expect(machine.exists("into")).toBe(false);
    const right = await machine.restore("--from", to, "--to", into, "--identity", machine.path("key.txt"));
    expect(right).toMatchObject({ code: 0, err: "" });
    expect(machine.read("into/.credentials.json")).toBe(machine.read(CREDENTIAL));
    expect(machine.read("into/projects/-work/one.jsonl")).toBe("said\n");
    expect(readdirSync(machine.path("runtime"))).toEqual([]);
  });
});

describe("capture --move", () => {
  test("hands the whole login over: it, its account and every copy are forgotten here, all else stays", async () => {
    const machine = loggedIn({ repository: true });
    expect(await machine.start("--store", "workspace")).toMatchObject({ code: 0 });
    machine.add({
      "work/.devcontainer.secrets/backups/20260101T000000000Z-merge/.credentials.json": file(login("older")),
      "work/.devcontainer.secrets/backups/20260101T000000000Z-merge/notes.md": file("mine\n"),
    });
    const captured = await machine.capture("--move", "--plain", "--to", machine.path("c.tar.gz"));
    expect(captured).toMatchObject({ code: 0, err: "" });
    expect(captured.out).toContain("forgotten here");
    const left = JSON.stringify([machine.snapshot("home"), machine.snapshot("work")]);
    expect(left).not.toMatch(/canary|older|dev@example\.com/);
    expect(left).toContain("mine");
    expect(machine.read("home/.claude/projects/-work/one.jsonl")).toBe("said\n");
    // The next start finds nothing to put back.
    expect(await machine.start("--store", "workspace")).toMatchObject({ code: 0 });
    expect(machine.exists("work/.devcontainer.secrets/.claude-credentials/.credentials.json")).toBe(false);
    const tar = execFileSync("tar", ["-xzOf", machine.path("c.tar.gz"), ".credentials.json"], {
      encoding: "utf8",
    });
    expect(JSON.parse(tar)).toMatchObject({ claudeAiOauth: { refreshToken: "refresh-canary" } });
  });
});
