import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RUN_PREFIX } from "../../../src/apply/run-folder.ts";
import { RENEWAL_LOCK_NAME } from "../../../src/plan/lock-names.ts";
import { login, state } from "../../support/login.ts";
import { HOUR, NOW, type TestMachine } from "../../support/machine.ts";
import { file } from "../../support/tree.ts";
import { answer } from "../live/stand-in.ts";
import { CREDENTIAL, left, made } from "./run-machine.ts";

/** Lists the working copy with modes, and copies it to where the test can look. */
const LOOK = `cd "$CLAUDE_CONFIG_DIR" && stat -c '%a %n' . * .[!.]* 2>/dev/null | sort >"$OUT/list"; cp -a . "$OUT/copy"; env >"$OUT/env"; pwd >"$OUT/pwd"`;

/** Every byte that the command saw in its working copy. */
function allBytes(machine: TestMachine): string {
  const copy = machine.path("out/copy");
  return readdirSync(copy, { recursive: true, encoding: "utf8" })
    .map((name) => (existsSync(join(copy, name)) ? readFileSync(join(copy, name), "latin1") : ""))
    .join("\n");
}

describe("run", () => {
  test("gives the command a private working copy, and the one store", async () => {
    const machine = made();
    const { code, out, err } = await machine.run("--", "sh", "-c", LOOK);
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toBe(
      "claude-credentials: run: settings.local.json is no JSON that can be read, and was left out\n",
    );
    expect(machine.read("out/list")).toBe("600 .claude.json\n600 settings.json\n700 .\n");
    expect(JSON.parse(machine.read("out/copy/settings.json"))).toEqual({ model: "opus", env: { B: "2" } });
    expect(JSON.parse(machine.read("out/copy/.claude.json"))).toMatchObject({
      ...{ hasCompletedOnboarding: true, oauthAccount: { emailAddress: "dev@example.com" } },
    });
    expect(machine.read("out/copy/.claude.json")).not.toContain("projects");
    expect(machine.read("out/env")).toContain(
      `CLAUDE_SECURESTORAGE_CONFIG_DIR=${machine.path("home/.claude")}\n`,
    );
    expect(allBytes(machine)).not.toMatch(/canary|another execution/);
    expect(left(machine)).toEqual([]);
  });

  test("has no first questions answered in a copy that goes with the command", async () => {
    const machine = made("2.1.330", {
      tree: { "login/.credentials.json": file(login("other")), "login/.claude.json": file("{}") },
    });
    await machine.run("--auth", machine.path("login"), "sh", "-c", LOOK);
    expect(JSON.parse(machine.read("out/copy/.claude.json"))).toEqual({ hasCompletedOnboarding: true });
    expect(machine.read("login/.claude.json")).toBe("{}");
  });

  test("names a source that is not there", async () => {
    const machine = made();
    const { code, err } = await machine.run("--auth", machine.path("nowhere"), "true");
    expect(code).toBe(125);
    expect(err).toContain(
      `run: ${machine.path("nowhere")} is not there\n  name what holds the login: --auth`,
    );
  });

  test("runs it where it was called, and passes arguments, exit code and environment on", async () => {
    const machine = made("2.1.330", { env: { ANTHROPIC_API_KEY: "k", LATER: "1" } });
    const { code } = await machine.run(
      "sh",
      "-c",
      'printf "%s\\n" "$@" >"$OUT/args"; env >"$OUT/env"; exit 42',
      "x",
      "--help",
      "a b",
      "",
    );
    expect(code).toBe(42);
    expect(machine.read("out/args")).toBe("--help\na b\n\n");
    expect(machine.read("out/env")).toMatch(/^LATER=1$/m);
    expect(machine.read("out/env")).not.toMatch(/ANTHROPIC_API_KEY/);
    await machine.run("--keep-env", "sh", "-c", 'env >"$OUT/env"');
    expect(machine.read("out/env")).toMatch(/^ANTHROPIC_API_KEY=k$/m);
  });

  test.each([
    ["not found", ["no-such-command"], 127, "no-such-command was not found"],
    ["not executable", ["/etc/passwd"], 126, "/etc/passwd cannot be run (EACCES)"],
    ["none", [], 125, "run: no command is given"],
    ["a flag that is not known", ["--now", "true"], 125, "run: Unknown option '--now'"],
    ["a time that is none", ["--min-ttl", "x", "true"], 125, "run: --min-ttl 'x' is no time"],
  ])("a command that is %s", async (_what, args, exitCode, message) => {
    const machine = made();
    const { code, err } = await machine.run(...args);
    expect(code).toBe(exitCode);
    expect(err).toContain(message);
    expect(left(machine)).toEqual([]);
  });

  test("passes signals on, and ends as the command does", async () => {
    const machine = made();
    const run = machine.run(
      "sh",
      "-c",
      'trap \'echo asked >"$OUT/asked"; exit 7\' TERM; : >"$OUT/up"; while :; do sleep 0.05; done',
    );
    await expect.poll(() => machine.exists("out/up")).toBe(true);
    machine.sendSignal("SIGTERM");
    expect((await run).code).toBe(7);
    expect(machine.read("out/asked")).toBe("asked\n");
    const killed = machine.run("sh", "-c", ': >"$OUT/up2"; exec sleep 20');
    await expect.poll(() => machine.exists("out/up2")).toBe(true);
    machine.sendSignal("SIGHUP");
    expect((await killed).code).toBe(129);
    expect(left(machine)).toEqual([]);
  });

  test("a signal that came before the command: it is not started", async () => {
    const machine = made();
    const run = machine.run("sh", "-c", ': >"$OUT/started"');
    machine.sendSignal("SIGTERM");
    expect((await run).code).toBe(143);
    expect(machine.exists("out/started")).toBe(false);
    expect(left(machine)).toEqual([]);
  });

  test("what a killed one left goes, what a living one has stays", async () => {
    const machine = made();
    await machine.run("sh", "-c", 'echo "$CLAUDE_CONFIG_DIR" >"$OUT/place"');
    const [, place = ""] = /(claude-credentials-run-[0-9a-f]{8})-/.exec(machine.read("out/place")) ?? [];
    const dead = machine.path(`runtime/${place}-999999999-${"0".repeat(16)}`);
    const alive = machine.path(`runtime/${place}-1-${"0".repeat(16)}`);
    const elsewhere = machine.path(`runtime/${RUN_PREFIX}00000000-1-${"0".repeat(16)}`);
    for (const folder of [dead, alive, elsewhere]) mkdirSync(folder);
    machine.now = Date.now() + HOUR / 2;
    await machine.run("true");
    expect([dead, alive, elsewhere].map((folder) => existsSync(folder))).toEqual([false, true, true]);
    machine.now = Date.now() + 2 * HOUR;
    await machine.run("true");
    expect([alive, elsewhere].map((folder) => existsSync(folder))).toEqual([true, false]);
  });

  test("the place of a command that outlived its killed run stays while it works", async () => {
    const machine = made();
    await machine.run("sh", "-c", 'echo "$CLAUDE_CONFIG_DIR" >"$OUT/place"');
    const [, place = ""] = /(claude-credentials-run-[0-9a-f]{8})-/.exec(machine.read("out/place")) ?? [];
    const folder = `runtime/${place}-999999999-${"1".repeat(16)}`;
    const self = readFileSync("/proc/self/stat", "latin1");
    const started = self.slice(self.lastIndexOf(")") + 2).split(" ")[19] ?? "";
    machine.add({ [`${folder}/process`]: file(`${process.pid.toString()} ${started}`) });
    machine.now = Date.now() + 2 * HOUR;
    await machine.run("true");
    expect(machine.exists(folder)).toBe(true);
    machine.forget(`${folder}/process`);
    machine.add({ [`${folder}/process`]: file(`${process.pid.toString()} 1`) });
    await machine.run("true");
    expect(machine.exists(folder)).toBe(false);
  });

  test("a client that cannot be given the store gets the access token alone", async () => {
    const machine = made("2.1.219");
    await machine.run("sh", "-c", LOOK);
    expect(machine.read("out/list")).toContain("600 .credentials.json\n");
    expect(allBytes(machine)).toContain("access-canary");
    expect(allBytes(machine)).not.toContain("refresh-canary");
    expect(machine.read("out/env")).not.toContain("SECURESTORAGE");
  });

  test("and that one renewed where it would not last", async () => {
    const renewing = `printf %s '${login("new")}' >"$CLAUDE_CONFIG_DIR/.credentials.json"; echo '${answer()}'`;
    const machine = made("2.1.219", { tree: { [CREDENTIAL]: file(login("canary", 1 / 3)) } }, renewing);
    const { code } = await machine.run("sh", "-c", LOOK);
    expect(code).toBe(0);
    expect(allBytes(machine)).toContain("access-new");
    expect(machine.read(CREDENTIAL)).toBe(login("new"));
  });

  test("a source that is somebody else's: the access token while it lasts, with a word, and then no more", async () => {
    const machine = made("2.1.330", {
      tree: { "secret/.credentials.json": file(login("mounted", 2), 0o444) },
    });
    machine.own("secret", { uid: 0, gid: 0 });
    const auth = ["--auth", machine.path("secret")];
    const { code, err } = await machine.run(...auth, "sh", "-c", LOOK);
    expect({ code, err }).toEqual({
      ...{ code: 0, err: "claude-credentials: run: this login cannot be renewed here; it works for 2 h\n" },
    });
    expect(allBytes(machine)).toContain("access-mounted");
    expect(allBytes(machine)).not.toContain("refresh-mounted");
    machine.now = NOW + 3 * HOUR;
    const ended = await machine.run(...auth, "sh", "-c", ': >"$OUT/started"');
    expect(ended.code).toBe(125);
    expect(ended.err).toContain("run: the access token has ended, and cannot be renewed in this place");
    expect(ended.err).toContain("renew it where it comes from (claude-credentials refresh");
    expect(machine.exists("out/started")).toBe(false);
    expect(left(machine)).toEqual([]);
  });

  test("a mounted secret whose credential is a symlink is read", async () => {
    const machine = made("2.1.330", { tree: { "secret/..data/token": file(login("mounted", 2)) } });
    machine.relink("secret/.credentials.json", "..data/token");
    const { code } = await machine.run("--auth", machine.path("secret"), "sh", "-c", LOOK);
    expect(code).toBe(0);
    expect(allBytes(machine)).toContain("access-mounted");
  });

  test("an older client, and no renewal to be had: the reason, and the command while the token lasts", async () => {
    const machine = made("2.1.219", { tree: { [CREDENTIAL]: file(login("canary", 1 / 3)) } }, "exit 1");
    const { code, err } = await machine.run("sh", "-c", "exit 0");
    expect(code).toBe(0);
    expect(err).toContain(
      "run: Claude Code ended without an answer\n  try again, or by hand: claude -p hi\n",
    );
    expect(err).toContain("run: this login was not renewed; it works for 20 min");
  });

  test("inside of another run uses the same login, and that one's settings", async () => {
    const machine = made("2.1.330", {
      tree: {
        "store/.credentials.json": file(login("canary")),
        "store/settings.json": file('{"model":"of the store"}'),
        "outer/settings.json": file('{"model":"of the outer one"}'),
        "outer/.claude.json": file(state("outer@example.com")),
      },
    });
    machine.setEnv({
      CLAUDE_CONFIG_DIR: machine.path("outer"),
      CLAUDE_SECURESTORAGE_CONFIG_DIR: machine.path("store"),
    });
    await machine.run("sh", "-c", LOOK);
    expect(machine.read("out/env")).toContain(`CLAUDE_SECURESTORAGE_CONFIG_DIR=${machine.path("store")}\n`);
    expect(JSON.parse(machine.read("out/copy/settings.json"))).toEqual({ model: "of the outer one" });
    expect(machine.read("out/copy/.claude.json")).toContain("outer@example.com");
  });

  test("a login that somebody renews elsewhere is waited for", async () => {
    const machine = made("2.1.330", { tree: { "source/.credentials.json": file(login("old", -1), 0o444) } });
    machine.own("source", { uid: 0, gid: 0 });
    machine.own("source/.credentials.json", { uid: 0, gid: 0 });
    mkdirSync(machine.path(`source/${RENEWAL_LOCK_NAME}`));
    let naps = 0;
    machine.whileSleeping = () => {
      naps += 1;
      if (naps === 3) writeFileSync(machine.path("source/.credentials.json"), login("renewed"));
    };
    const { code } = await machine.run("--auth", machine.path("source"), "sh", "-c", LOOK);
    expect({ code, naps }).toEqual({ code: 0, naps: 3 });
    expect(allBytes(machine)).toContain("access-renewed");
  });

  test("what the command leaves that cannot be removed is no failure of its own", async () => {
    const machine = made();
    const { code } = await machine.run(
      "sh",
      "-c",
      'cd "$CLAUDE_CONFIG_DIR" && mkdir deep && : >deep/file && chmod 500 deep; exit 3',
    );
    expect(code).toBe(3);
    expect(left(machine)).toEqual([]);
  });

  test("without a login says so; a token of the environment counts with --keep-env", async () => {
    const machine = made("2.1.330", { env: { ANTHROPIC_API_KEY: "k" } });
    machine.forget(CREDENTIAL);
    const { code, err } = await machine.run("true");
    expect(code).toBe(125);
    expect(err).toContain("run: nobody is logged in");
    expect(err).toContain("--keep-env");
    expect((await machine.run("--keep-env", "true")).code).toBe(0);
  });

  test("leaves out of the settings what env set manages", async () => {
    const machine = made("2.1.330", {
      tree: {
        "store/.claude-credentials/.credentials.json": file(login("canary")),
        "store/.claude-credentials/settings.json": file(
          JSON.stringify({ env: { DISABLE_TELEMETRY: "1", LATER: "1" } }),
        ),
        "store/env-vars/.claude-code-env": file("export DISABLE_TELEMETRY='1'\n"),
      },
    });
    await machine.run("--auth", machine.path("store"), "sh", "-c", LOOK);
    expect(JSON.parse(machine.read("out/copy/settings.json"))).toEqual({ env: { LATER: "1" } });
  });
});
