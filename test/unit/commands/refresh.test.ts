import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { credentialLocks, RENEWAL_LOCK_NAME } from "../../../src/plan/lock-names.ts";
import { BLANK, login } from "../../support/login.ts";
import { HOUR, NOW, ROOT, VSCODE, type MachineOptions, type TestMachine } from "../../support/machine.ts";
import { directory, file } from "../../support/tree.ts";
import { answer, machineWithClient } from "../live/stand-in.ts";

const CREDENTIAL = "home/.claude/.credentials.json";
const QUICK = { turn: 1000, locks: 1000, limit: 20_000, grace: 100, stop: 10_000 };
/** Twenty minutes: less than what is asked for, and more than what Claude Code renews by itself. */
const SOON = 1 / 3;

/** What the client finds, and `$LOGIN`, where the login is. */
const PROLOGUE = `[ "$1" = --version ] && { echo '2.1.330 (Claude Code)'; exit; }
LOGIN=$CLAUDE_SECURESTORAGE_CONFIG_DIR/.credentials.json
echo run >>"$HOME/runs"; cp "$LOGIN" "$HOME/found"`;

function machineWith(script: string, hours: number, options: MachineOptions = {}): TestMachine {
  return machineWithClient(`${PROLOGUE}\n${script}`, {
    ...options,
    env: { XDG_RUNTIME_DIR: "/nonexistent", ...options.env },
    tree: { [CREDENTIAL]: file(login("canary", hours)), run: directory(), ...options.tree },
  });
}

/** Writes this login as the client does, and answers. */
function renewing(text = login("canary-new")): string {
  return `printf %s '${text}' >"$LOGIN.tmp" && chmod 600 "$LOGIN.tmp" && mv "$LOGIN.tmp" "$LOGIN"; echo '${answer()}'`;
}

describe("refresh", () => {
  test("renews a token that ends too soon, by having the client find it ended", async () => {
    const machine = machineWith(renewing(), SOON);
    const { code, report, err } = await machine.refresh([], QUICK);
    expect({ code, report }).toEqual({
      code: 0,
      report: {
        ...{ version: 1, outcome: "renewed", findings: [] },
        actions: [
          { kind: "renew-login", path: machine.path(CREDENTIAL), result: "updated", reason: "renewed" },
        ],
      },
    });
    expect(err).toBe("claude-credentials: renewed: the access token is good for 8 h\n");
    expect(machine.read(CREDENTIAL)).toBe(login("canary-new"));
    const found = JSON.parse(machine.read("home/found")) as { claudeAiOauth: object };
    expect(found.claudeAiOauth).toMatchObject({
      ...{ accessToken: "access-canary", refreshToken: "refresh-canary", expiresAt: NOW - 60_000 },
    });
    expect(machine.mode(CREDENTIAL)).toBe("0600");
  });

  test("does nothing while the token lasts", async () => {
    const machine = machineWith(renewing(), 1);
    const { code, out, err, mutations } = await machine.refreshText();
    expect({ code, out, err, mutations }).toEqual({
      ...{ code: 0, err: "", mutations: [] },
      out: "claude-credentials: nothing to renew: the access token is good for 1 h\n",
    });
    expect(machine.exists("home/runs")).toBe(false);
    expect((await machine.refresh(["--min-ttl", "2h"], QUICK)).report.outcome).toBe("renewed");
  });

  test("leaves one that has ended to the client as it is", async () => {
    const machine = machineWith(renewing(), -1);
    expect((await machine.refresh([], QUICK)).report.outcome).toBe("renewed");
    expect(machine.read("home/found")).toBe(login("canary", -1));
  });

  test("takes the login that --auth names, a store or a captured one", async () => {
    for (const [folder, below] of [
      ["store", "store/.claude-credentials"],
      ["captured", "captured"],
    ] as const) {
      const path = `${below}/.credentials.json`;
      const machine = machineWith(renewing(), 8, { tree: { [path]: file(login("canary", SOON)) } });
      const { report } = await machine.refresh(["--auth", machine.path(folder)], QUICK);
      expect(report).toMatchObject({ outcome: "renewed", actions: [{ path: machine.path(path) }] });
      expect(machine.read(path)).toBe(login("canary-new"));
      expect(machine.read(CREDENTIAL)).toBe(login("canary", 8));
    }
  });

  test("gives the client an empty private place of its own, and no other way to log in", async () => {
    const machine = machineWith(
      `{ pwd; ls -A . "$CLAUDE_CONFIG_DIR"; stat -c %a . .. "$CLAUDE_CONFIG_DIR"; env; } >"$HOME/note"; ${renewing()}`,
      SOON,
      {
        env: {
          ...{ ANTHROPIC_API_KEY: "sk-1", ANTHROPIC_AUTH_TOKEN: "t", CLAUDE_CODE_OAUTH_TOKEN: "o" },
          ...{ ANTHROPIC_BASE_URL: "http://x", CLAUDE_CODE_USE_BEDROCK: "1", HTTPS_PROXY: "http://proxy:1" },
        },
        tree: {
          "home/.claude/settings.json": file(
            JSON.stringify({ env: { HTTP_PROXY: "http://other:2", ANTHROPIC_AUTH_TOKEN: "s", LATER: "1" } }),
          ),
        },
      },
    );
    await machine.refresh([], QUICK);
    const note = machine.read("home/note");
    expect(note).toMatch(/^\/tmp\/claude-credentials-run-[0-9a-f]{8}-\d+-[0-9a-f]{16}\/work\n/);
    expect(note).toContain("\n700\n700\n700\n");
    expect(note).toMatch(/^HTTPS_PROXY=http:\/\/proxy:1$/m);
    expect(note).toMatch(/^HTTP_PROXY=http:\/\/other:2$/m);
    expect(note).not.toContain("LATER");
    expect(note).not.toMatch(/^(ANTHROPIC_|CLAUDE_CODE_OAUTH|CLAUDE_CODE_USE)/m);
    expect(machine.exists(note.split("/work\n")[0] ?? "")).toBe(false);
  });

  test("gives a client that cannot be given the two apart the directory itself", async () => {
    const old = `[ "$1" = --version ] && { echo '2.1.219 (Claude Code)'; exit; }
echo "$CLAUDE_CONFIG_DIR $CLAUDE_SECURESTORAGE_CONFIG_DIR" >"$HOME/note"; echo '${answer()}'`;
    const machine = machineWithClient(old, { tree: { [CREDENTIAL]: file(login("canary", SOON)) } });
    await machine.refresh([], QUICK);
    expect(machine.read("home/note")).toBe(`${machine.path("home/.claude")} \n`);
  });

  test("where nothing came of it leaves the login as it was, and says to try again", async () => {
    const before = login("canary", SOON, { later: { a: [1] } });
    const machine = machineWith("echo 'Unable to connect (ECONNREFUSED)' >&2; exit 1", 1, {
      tree: { [CREDENTIAL]: file(before) },
    });
    const { code, report, err } = await machine.refresh([], QUICK);
    expect({ code, outcome: report.outcome }).toEqual({ code: 75, outcome: "not-now" });
    expect(JSON.parse(machine.read(CREDENTIAL))).toEqual(JSON.parse(before));
    expect(err).toContain(
      "not renewed now, try again\nclaude-credentials: error RENEWAL_FAILED: the server could not",
    );
    expect(err).not.toContain("ECONN");
  });

  test.each([
    ["blank", BLANK, "CREDENTIAL_BLANK"],
    ["ended", login("canary", -1, { refreshTokenExpiresAt: NOW - HOUR }), "CREDENTIAL_EXPIRED"],
    ["no file", null, "CREDENTIAL_ABSENT"],
    ["cut off", "{", "CREDENTIAL_MALFORMED"],
    ["no scope", login("canary", -1, { scopes: [] }), "CREDENTIAL_SCOPES"],
  ])("of a login that is past help (%s) says so, and starts nothing", async (_what, text, code) => {
    const machine = machineWith(renewing(), 8);
    if (text === null) machine.forget(CREDENTIAL);
    else writeFileSync(machine.path(CREDENTIAL), text);
    const run = await machine.refresh([], QUICK);
    expect(run.code).toBe(1);
    expect(run.report).toMatchObject({ outcome: "log-in", findings: [{ code, severity: "error" }] });
    expect(run.err).toContain("log in: claude auth login");
    expect(machine.exists("home/runs")).toBe(false);
  });

  test("of a login that the server refused just now says so", async () => {
    const machine = machineWith(renewing(BLANK), SOON);
    const { code, report } = await machine.refresh([], QUICK);
    expect(code).toBe(1);
    expect(report).toMatchObject({ outcome: "log-in", findings: [{ code: "CREDENTIAL_BLANK" }] });
  });

  test("waits while somebody else renews, and finds it done", async () => {
    const machine = machineWith(renewing(), SOON);
    const lock = machine.path(`home/.claude/${RENEWAL_LOCK_NAME}`);
    mkdirSync(lock);
    machine.whileSleeping = () => {
      writeFileSync(machine.path(CREDENTIAL), login("canary-by-another"));
      machine.forgetDirectory(lock);
    };
    const { report } = await machine.refresh([], QUICK);
    expect(report.outcome).toBe("lasts");
    expect(machine.exists("home/runs")).toBe(false);
  });

  test.each([
    ["ours", (home: string) => `${home}/.claude/${RENEWAL_LOCK_NAME}`],
    ["Claude Code's", (home: string) => credentialLocks(`${home}/.claude`, `${home}/.claude`)[0] ?? ""],
  ])("changes nothing while a lock is held that is %s", async (_whose, lockIn) => {
    const machine = machineWith(renewing(), SOON);
    const lock = lockIn(machine.home);
    mkdirSync(lock);
    const { code, report } = await machine.refresh([], QUICK);
    expect({ code, report }).toMatchObject({
      ...{ code: 75, report: { outcome: "not-now", findings: [{ code: "LOCK_HELD", path: lock }] } },
    });
    expect(machine.read(CREDENTIAL)).toBe(login("canary", SOON));
    expect(machine.exists("home/runs")).toBe(false);
  });

  describe("where what is renewed could not be kept", () => {
    test.each<[string, (machine: TestMachine) => void, string, string]>([
      [
        "another user's",
        (machine) => {
          machine.own("captured/.credentials.json", VSCODE);
        },
        "STORE_WRONG_OWNER",
        "run it as that user, uid 1000",
      ],
      [
        "a symlink",
        (machine) => {
          machine.add({ "elsewhere/.credentials.json": file(login("canary", SOON)) });
          machine.relink("captured/.credentials.json", machine.path("elsewhere/.credentials.json"));
        },
        "RENEWAL_FAILED",
        "is a symlink, which a renewal would replace by a file",
      ],
      ["a mount of its own", () => undefined, "RENEWAL_FAILED", "is a mount of its own"],
    ])("%s: nothing is started", async (what, prepare, code, said) => {
      const machine = machineWith(renewing(), 8, {
        user: ROOT,
        tree: { "captured/.credentials.json": file(login("canary", SOON)) },
        mounts: what === "a mount of its own" ? [["captured/.credentials.json", "ext4"]] : [],
      });
      prepare(machine);
      const run = await machine.refresh(["--auth", machine.path("captured")], QUICK);
      expect(run).toMatchObject({ code: 1, report: { outcome: "failed", findings: [{ code }] } });
      expect(run.err).toContain(said);
      expect(machine.exists("home/runs")).toBe(false);
    });
  });

  test("what a killed edit left of a login goes, and nothing else of that name", async () => {
    const machine = machineWith(renewing(), SOON);
    const left = "home/.claude/.claude-credentials-incoming-00000000-1-aaaaaaaa";
    const others = [`${left}-directory-x/`, "home/.claude/.claude-credentials-incoming-mine"];
    machine.add({ [left]: file(login("canary-left")), [`${left}-directory-x/`]: directory() });
    machine.add({ "home/.claude/.claude-credentials-incoming-mine": file("mine") });
    expect((await machine.refresh([], QUICK)).code).toBe(0);
    expect([left, ...others].map((path) => machine.exists(path))).toEqual([false, true, true]);
  });

  test("root does not take another user's login from them", async () => {
    const machine = machineWith(renewing(), SOON, { user: ROOT });
    for (const path of ["home", "home/.claude", CREDENTIAL]) machine.own(path, VSCODE);
    const { code, report } = await machine.refresh([], QUICK);
    expect({ code, report }).toMatchObject({
      code: 1,
      report: { findings: [{ code: "STORE_WRONG_OWNER" }] },
    });
    expect(machine.read(CREDENTIAL)).toBe(login("canary", SOON));
    expect(machine.exists("home/runs")).toBe(false);
  });

  test("root's own login in a store that it shares stays whose it was", async () => {
    const machine = machineWith(renewing(), SOON, { user: ROOT });
    machine.own(CREDENTIAL, VSCODE);
    const { code } = await machine.refresh([], QUICK);
    expect(code).toBe(0);
    expect(machine.read(CREDENTIAL)).toBe(login("canary-new"));
    expect(machine.ownerOf(CREDENTIAL)).toEqual(VSCODE);
  });

  test("a client that cannot be started leaves the login as it was", async () => {
    const machine = machineWith("", SOON);
    machine.forget("home/.local/bin/claude");
    machine.add({ "home/.local/bin/claude": file("#!/nonexistent/interpreter\n", 0o755) });
    const { code, report } = await machine.refresh([], QUICK);
    expect({ code, outcome: report.outcome }).toEqual({ code: 1, outcome: "failed" });
    expect(machine.read(CREDENTIAL)).toBe(login("canary", SOON));
  });

  test("a signal that came before the client: it is not started, and the login is as it was", async () => {
    const machine = machineWith(renewing(), SOON);
    machine.signal = 143;
    expect((await machine.refresh([], QUICK)).code).toBe(143);
    expect(machine.read(CREDENTIAL)).toBe(login("canary", SOON));
    expect(machine.exists("home/runs")).toBe(false);
  });

  test("in a working copy finds the login where that is", async () => {
    const machine = machineWith(renewing(), 8, {
      tree: { "store/.credentials.json": file(login("canary", SOON)), "copy/": directory() },
    });
    machine.setEnv({
      CLAUDE_CONFIG_DIR: machine.path("copy"),
      CLAUDE_SECURESTORAGE_CONFIG_DIR: machine.path("store"),
    });
    expect((await machine.refresh([], QUICK)).report.outcome).toBe("renewed");
    expect(machine.read("store/.credentials.json")).toBe(login("canary-new"));
  });

  test("a server that gives less than was asked for is asked once by all who wait", async () => {
    const machine = machineWith(renewing(), SOON);
    const lock = machine.path(`home/.claude/${RENEWAL_LOCK_NAME}`);
    mkdirSync(lock);
    machine.whileSleeping = () => {
      writeFileSync(machine.path(CREDENTIAL), login("canary-by-another", SOON));
      machine.forgetDirectory(lock);
    };
    const { code, report } = await machine.refresh([], QUICK);
    expect({ code, outcome: report.outcome }).toEqual({ code: 0, outcome: "renewed" });
    expect(machine.exists("home/runs")).toBe(false);
  });

  test("without a client says so", async () => {
    const machine = machineWith(renewing(), SOON, { env: { PATH: "" } });
    machine.forget("home/.local/bin/claude");
    const { code, err } = await machine.refresh([], QUICK);
    expect(code).toBe(1);
    expect(err).toContain("no claude is on PATH, in the home or in /usr/local/bin");
    expect(machine.read(CREDENTIAL)).toBe(login("canary", SOON));
  });

  test("stopped by a signal waits for the client, and does not disturb it", async () => {
    const machine = machineWith(`trap 'echo asked >"$HOME/asked"' TERM INT; sleep 1; ${renewing()}`, SOON, {
      env: { XDG_RUNTIME_DIR: "" },
    });
    machine.setEnv({ XDG_RUNTIME_DIR: machine.path("run") });
    chmodSync(machine.path("run"), 0o700);
    const stopped = machine.refresh([], QUICK);
    await expect.poll(() => machine.exists("home/runs"), { timeout: 10_000 }).toBe(true);
    machine.signal = 143;
    const { code, err } = await stopped;
    expect(code).toBe(143);
    expect(err).toContain("stopped by a signal; what Claude Code renews is kept all the same");
    expect(machine.read(CREDENTIAL)).toBe(login("canary-new"));
    expect(machine.exists("home/asked")).toBe(false);
    expect(readdirSync(machine.path("run"))).toEqual([]);
  });

  test("waits for so long, and then leaves it alone, and its place with it", async () => {
    const machine = machineWith(
      `trap 'echo asked >"$HOME/asked"' TERM INT; while [ ! -e "$HOME/go" ]; do sleep 0.05; done; ${renewing()}; cd "$CLAUDE_CONFIG_DIR" && echo ended >"$HOME/ended"`,
      SOON,
    );
    machine.setEnv({ XDG_RUNTIME_DIR: machine.path("run") });
    chmodSync(machine.path("run"), 0o700);
    const stopped = machine.refresh([], { ...QUICK, stop: 300 });
    await expect.poll(() => machine.exists("home/runs"), { timeout: 10_000 }).toBe(true);
    machine.signal = 143;
    expect((await stopped).code).toBe(143);
    // Where it works is kept by whoever comes meanwhile.
    machine.signal = null;
    machine.now = Date.now() + 2 * HOUR;
    await machine.refresh([], { ...QUICK, limit: 300 });
    const [place = ""] = readdirSync(machine.path("run"));
    expect(machine.mode(`run/${place}`)).toBe("0700");
    writeFileSync(machine.path("home/go"), "");
    await expect.poll(() => machine.exists("home/ended"), { timeout: 10_000 }).toBe(true);
    expect(machine.read(CREDENTIAL)).toBe(login("canary-new"));
    expect(machine.exists("home/asked")).toBe(false);
  });

  test("never prints a token", async () => {
    const machine = machineWith('cat "$LOGIN"; cat "$LOGIN" >&2; exit 1', SOON);
    const { out, err } = await machine.refresh(["--verbose"], QUICK);
    expect(out + err).not.toMatch(/access-|refresh-canary/);
  });

  test.each([
    [["--min-ttl", "soon"], "refresh: --min-ttl 'soon' is no time"],
    [["--auth", ""], "refresh: --auth is empty"],
    [["--now"], "refresh: Unknown option '--now'"],
  ])("%j is refused", async (flags, message) => {
    const { code, err } = await machineWith("", 8).refreshText(...flags);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
