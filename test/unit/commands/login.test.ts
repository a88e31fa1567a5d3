import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { findLeak } from "../../support/leak.ts";
import { BLANK, login, state } from "../../support/login.ts";
import { STAMPED, TestMachine, type MachineOptions, type Run } from "../../support/machine.ts";
import { directory, file } from "../../support/tree.ts";

const QUICK = { stop: 2000, answer: 10_000, grace: 500 };
const STORED = "home/.claude/.credentials.json";
const TOKEN = "sk-ant-ort01-Q7rT2mXw9LpZ4vNc8KdY3hBf6JsGe1Ua";
const FACTS = { oauthAccount: { emailAddress: "new@example.com" }, hasCompletedOnboarding: true };

/** What the client writes when somebody has logged in. */
function logsIn(text = login("new"), facts: object = { ...FACTS, userID: "x", numStartups: 1 }): string {
  return `cd "$CLAUDE_CONFIG_DIR"; printf %s '${text}' >.credentials.json; printf %s '${JSON.stringify(facts)}' >.claude.json; mkdir backups; echo x >backups/x;`;
}

function made(script: string, options: MachineOptions = {}): TestMachine {
  const machine = new TestMachine({
    ...options,
    env: { PATH: "/usr/bin:/bin", ...options.env },
    tree: {
      "home/.local/bin/claude": file(`#!/bin/sh\necho "$*" >"$OUT/args"\n${script}\n`, 0o755),
      ...options.tree,
    },
  });
  for (const name of ["out", "runtime"]) mkdirSync(machine.path(name));
  chmodSync(machine.path("runtime"), 0o700);
  machine.setEnv({ OUT: machine.path("out"), XDG_RUNTIME_DIR: machine.path("runtime") });
  return machine;
}

/** What is left in the runtime directory. */
function left(machine: TestMachine): string[] {
  return readdirSync(machine.path("runtime"));
}

async function until(isSo: () => boolean): Promise<void> {
  await expect.poll(isSo, { timeout: 10_000, interval: 20 }).toBe(true);
}

/** A login whose client has begun: it makes the file `up`. */
async function begun(machine: TestMachine, ...flags: string[]): Promise<Promise<Run>[]> {
  const run = machine.login(flags, QUICK);
  await until(() => existsSync(machine.path("out/up")));
  return [run];
}

describe("login", () => {
  test("runs the client's own login in a private place, and keeps the login where the home leads to", async () => {
    const look = `stat -c '%a %n' "$CLAUDE_CONFIG_DIR" .. >"$OUT/modes"; ls -A "$CLAUDE_CONFIG_DIR" . >"$OUT/list"; env >"$OUT/env"; pwd >"$OUT/pwd"`;
    const machine = made(`${look}; ${logsIn()}`, {
      env: {
        ...{ ANTHROPIC_API_KEY: "sk-1", CLAUDE_CODE_OAUTH_TOKEN: "o", ANTHROPIC_BASE_URL: "http://x" },
        ...{ CLAUDE_CODE_OAUTH_REFRESH_TOKEN: "r", HTTPS_PROXY: "http://proxy:1" },
      },
      tree: {
        "home/.claude/settings.json": file(
          JSON.stringify({ env: { HTTP_PROXY: "http://other:2", ANTHROPIC_AUTH_TOKEN: "s" } }),
        ),
      },
    });
    const { code, out, err } = await machine.login([]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toBe(
      `claude-credentials: logged in as new@example.com: max, access token good for 8 h, renews itself\n  it lies in ~/.claude\n`,
    );
    expect(machine.read("out/args")).toBe("auth login\n");
    expect(machine.read("out/modes")).toMatch(/^700 .*\n700 \.\.\n$/);
    const [config = "", work = ""] = ["config", "work"].map((name) =>
      machine.read("out/pwd").trim().replace(/work$/, name),
    );
    expect(machine.read("out/list")).toBe(`.:\n\n${config}:\n`);
    const env = machine.read("out/env");
    expect(env).toContain(`CLAUDE_CONFIG_DIR=${config}\n`);
    expect(env).toContain(`PWD=${work}\n`);
    expect(env).toMatch(/^HTTPS_PROXY=http:\/\/proxy:1$/m);
    expect(env).toMatch(/^HTTP_PROXY=http:\/\/other:2$/m);
    expect(env).not.toMatch(/^(ANTHROPIC_|CLAUDE_CODE_OAUTH|CLAUDE_SECURESTORAGE)/m);
    expect(machine.read(STORED)).toBe(login("new"));
    expect(JSON.parse(machine.read("home/.claude.json"))).toEqual(FACTS);
    expect(Object.keys(machine.snapshot("home/.claude")).sort()).toEqual([
      ".credentials.json",
      "settings.json",
    ]);
    expect(left(machine)).toEqual([]);
  });

  test("keeps it in a new directory, and says what to do with it", async () => {
    const machine = made(logsIn());
    const { code, out } = await machine.login(["--to", "../production login"]);
    expect(code).toBe(0);
    const to = machine.path("production login");
    expect(out).toContain(`  it lies in ${to}\n  use it: claude-credentials run --auth '${to}' -- claude\n`);
    expect(Object.keys(machine.snapshot("production login")).sort()).toEqual([
      ...[".claude.json", ".credentials.json"],
    ]);
    expect(machine.exists("home/.claude")).toBe(false);
    const run = await machine.run("--auth", to, "--", "sh", "-c", 'test -d "$CLAUDE_CONFIG_DIR"');
    expect(run.code).toBe(0);
  });

  test("in a linked home goes into the store, whose backups hold another account's login", async () => {
    const machine = made(logsIn(), {
      repository: true,
      tree: { [STORED]: file(login("old", 20)), "home/.claude.json": file(state("old@example.com")) },
    });
    await machine.start();
    const { code, out } = await machine.login([]);
    expect(code).toBe(0);
    const store = "work/.git/claude-credentials";
    expect(out).toContain(
      `the login of old@example.com that was there is in ${machine.path(`${store}/backups`)}\n`,
    );
    expect(machine.read(`${store}/backups/${STAMPED}-login/.credentials.json`)).toBe(login("old", 20));
    expect((await machine.status()).report).toMatchObject({
      ...{ loggedIn: true, persistent: true, account: { email: "new@example.com" } },
    });
  });

  test("leaves a better login of the same account in place, and keeps the new one beside it", async () => {
    const machine = made(logsIn(), {
      tree: { [STORED]: file(login("old", 20)), "home/.claude.json": file(state("new@example.com")) },
    });
    const { code, out } = await machine.login([]);
    expect({ code, out }).toEqual({
      code: 0,
      out: "claude-credentials: logged in as new@example.com, but the login in ~/.claude is the better one and stays\n  the new one is in ~/.local/share/claude-credentials/backups\n",
    });
    expect(machine.read(STORED)).toBe(login("old", 20));
  });
});

describe("a login that comes to nothing", () => {
  test.each([
    ["the client ends by itself", "exit 0", "Claude Code ended (exit code 0) without a login"],
    ["the client fails", "exit 3", "Claude Code ended (exit code 3) without a login"],
    ["the client is killed", "kill -KILL $$", "Claude Code was ended without a login"],
    ["what it leaves is half a file", `${logsIn('{"claudeAiOauth":{')} exit 0`, "without a login"],
    ["what it leaves is blank", `${logsIn(BLANK)} exit 0`, "without a login"],
    ["what it leaves lacks the scope", `${logsIn(login("n", 8, { scopes: [] }))} exit 0`, "without a login"],
  ])("because %s leaves the old one byte for byte", async (_what, script, said) => {
    const machine = made(script, { tree: { [STORED]: file(login("old")) } });
    const before = machine.snapshot("home");
    const { code, out, err } = await machine.login([]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(said);
    expect(err).toContain(`${machine.path("home/.claude")} is as it was\n`);
    expect(machine.snapshot("home")).toEqual(before);
    expect(left(machine)).toEqual([]);
  });

  test("makes no directory", async () => {
    const machine = made("exit 1");
    await machine.login(["--to", "new"]);
    expect(machine.exists("work/new")).toBe(false);
  });
});

describe.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("at %s", (signal) => {
  const exitCode = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal];

  test("a client that has not logged in is ended, and the old login stays", async () => {
    const machine = made('touch "$OUT/up"; exec sleep 60', { tree: { [STORED]: file(login("old")) } });
    const [run] = await begun(machine);
    const ends: unknown[] = [];
    // The process is gone then: nothing of ours may still be to do.
    machine.whenEnded = (by) => ends.push([by, left(machine)]);
    machine.sendSignal(signal);
    const { code, err } = (await run) as Run;
    expect(code).toBe(exitCode);
    expect(ends).toEqual([[signal, []]]);
    expect(err).toBe(
      `claude-credentials: login: stopped by a signal before anybody was logged in; ${machine.path("home/.claude")} is as it was\n`,
    );
    expect(machine.read(STORED)).toBe(login("old"));
    expect(left(machine)).toEqual([]);
  });

  test("a client that is writing its login is waited for, and what it wrote is kept", async () => {
    const name = signal.slice(3);
    const machine = made(
      `finish() { sleep 0.3; ${logsIn()} exit 1; }; trap finish ${name}; touch "$OUT/up"; while :; do sleep 0.05; done`,
    );
    const [run] = await begun(machine);
    machine.sendSignal(signal);
    expect((await run)?.code).toBe(0);
    expect(machine.read(STORED)).toBe(login("new"));
  });
});

test("a client that ends at no signal is killed in the end, and what it wrote before is kept", async () => {
  const machine = made(`trap '' TERM; ${logsIn()} touch "$OUT/up"; while :; do sleep 0.05; done`);
  const [run] = await begun(machine);
  machine.sendSignal("SIGTERM");
  expect((await run)?.code).toBe(0);
  expect(machine.read(STORED)).toBe(login("new"));
});

describe("before anybody logs in, login refuses", () => {
  test.each<[what: string, options: MachineOptions, flags: string[], said: string]>([
    ["a place where no login can be kept", { tree: { "work/full/x": "" } }, ["--to", "full"], "holds other"],
    ["an empty name", {}, ["--to", ""], "--to is empty"],
    ["a number that is none", {}, ["--wait", "x"], "is no number of seconds"],
    ["a token that is none", {}, ["--with-token"], "is empty"],
  ])("%s", async (_what, options, flags, said) => {
    const machine = made('touch "$OUT/up"', options);
    const { code, err } = await machine.login(flags);
    expect(code).toBeGreaterThan(0);
    expect(err).toContain(said);
    expect(machine.exists("out/up")).toBe(false);
    expect(left(machine)).toEqual([]);
  });

  test("a machine without Claude Code", async () => {
    const machine = made("");
    machine.forget("home/.local/bin/claude");
    const { code, err } = await machine.login([]);
    expect({ code, err }).toEqual({
      code: 1,
      err: "login: no claude is on PATH, in the home or in /usr/local/bin\ninstall Claude Code, or put it on PATH\n",
    });
  });

  test.each([
    ["sk-ant-api03-xxxxxxxxxxxxxxxxxxxx", "looks like an API key"],
    ["sk-ant-oat01-xxxxxxxxxxxxxxxxxxxx", "looks like an OAuth token"],
    ["sk-ant-ort01-xx\nxxxxxxxxxxxxxxxx", "has a line break in it"],
    ["sk-ant-ort01-xx xxxxxxxxxxxxxxxx", "has white space in it"],
    ["short", "is shorter than 16"],
  ])("a token like %j, of which it says nothing", async (token, said) => {
    const machine = made('touch "$OUT/up"');
    machine.input = `${token}\n`;
    const { code, err } = await machine.login(["--with-token"]);
    expect(code).toBe(1);
    expect(err).toContain(said);
    expect(findLeak(err.replace("claude-credentials", ""), token)).toBeNull();
    expect(machine.exists("out/up")).toBe(false);
  });
});

describe("login --with-token", () => {
  const LOOK = `env >"$OUT/env"; ps -o pid=,sid= -p $$ >"$OUT/ids"; tr '\\0' ' ' </proc/$$/cmdline >"$OUT/cmdline"`;

  test("gives the client the token by its environment alone, in a session of its own", async () => {
    const machine = made(`${LOOK}; ${logsIn()}`);
    machine.input = ` ${TOKEN}\n`;
    const { code, out, err } = await machine.login(["--with-token", "--verbose"]);
    expect(code).toBe(0);
    const env = machine.read("out/env");
    expect(env).toContain(`CLAUDE_CODE_OAUTH_REFRESH_TOKEN=${TOKEN}\n`);
    expect(env).toContain("CLAUDE_CODE_OAUTH_SCOPES=user:profile user:inference");
    const [pid, session] = machine.read("out/ids").trim().split(/\s+/);
    expect(session).toBe(pid);
    expect(findLeak(out + err + machine.read("out/cmdline") + machine.read("out/args"), TOKEN)).toBeNull();
    expect(machine.read(STORED)).toBe(login("new"));
    expect(left(machine)).toEqual([]);
  });

  test("takes the scopes that the environment names for it", async () => {
    const machine = made(`${LOOK}; ${logsIn()}`, { env: { CLAUDE_CODE_OAUTH_SCOPES: "user:inference" } });
    machine.input = TOKEN;
    await machine.login(["--with-token"]);
    expect(machine.read("out/env")).toContain("CLAUDE_CODE_OAUTH_SCOPES=user:inference\n");
  });

  test("asks a person for it without echo", async () => {
    const machine = made(`${LOOK}; ${logsIn()}`);
    const [input, output] = [new PassThrough(), new PassThrough()];
    let shown = "";
    output.on("data", (part) => (shown += String(part)));
    machine.terminal = { input, output };
    const run = machine.login(["--with-token"]);
    await until(() => shown.includes("Refresh token"));
    input.write(`${TOKEN}\r`);
    expect((await run).code).toBe(0);
    expect(machine.read("out/env")).toContain(`CLAUDE_CODE_OAUTH_REFRESH_TOKEN=${TOKEN}\n`);
    expect(findLeak(shown, TOKEN)).toBeNull();
  });

  test.each([
    ["Couldn't log in: Request failed with status code 400", "the server refused the token"],
    ["Couldn't log in: connect ECONNREFUSED 127.0.0.1:9", "the server could not be reached"],
    ["something else", "Claude Code ended (exit code 1) without a login"],
  ])("says why there is none (%s), in words of its own", async (printed, said) => {
    const machine = made(`echo "${printed} ${TOKEN}" >&2; exit 1`, {
      tree: { [STORED]: file(login("old")) },
    });
    machine.input = TOKEN;
    const { code, err } = await machine.login(["--with-token"]);
    expect(code).toBe(1);
    expect(err).toContain(said);
    expect(err).not.toContain(printed);
    expect(findLeak(err, TOKEN)).toBeNull();
    expect(machine.read(STORED)).toBe(login("old"));
  });

  test("at a signal waits for the answer, and keeps it", async () => {
    const machine = made(`touch "$OUT/up"; sleep 1; ${logsIn()}`);
    machine.input = TOKEN;
    const [run] = await begun(machine, "--with-token");
    machine.sendSignal("SIGTERM");
    expect((await run)?.code).toBe(0);
    expect(machine.read(STORED)).toBe(login("new"));
  });

  test("leaves a client that takes too long to itself, and says where its login will be", async () => {
    const machine = made(`echo $$ >"$OUT/pid"; touch "$OUT/up"; sleep 4; ${logsIn()} touch "$OUT/done"`);
    machine.input = TOKEN;
    const [run] = await begun(machine, "--with-token");
    machine.sendSignal("SIGTERM");
    const { code, err } = (await run) as Run;
    expect(code).toBe(143);
    const [folder = ""] = left(machine);
    expect(err).toContain(`(process ${machine.read("out/pid").trim()}) goes on by itself`);
    expect(err).toContain(machine.path(`runtime/${folder}/config`));
    await until(() => existsSync(machine.path("out/done")));
    expect(machine.read(`runtime/${folder}/config/.credentials.json`)).toBe(login("new"));
    // A run that comes long after it removes what is left of the folder, and not the login.
    machine.slept += 48 * 3_600_000;
    await machine.login(["--to", "elsewhere"]);
    const [kept = ""] = left(machine).filter((name) => name.startsWith("claude-credentials-run-kept-"));
    expect(machine.read(`runtime/${kept}/.credentials.json`)).toBe(login("new"));
  });
});

describe("a login that was made and cannot be brought to its place", () => {
  const PLACE = "claude-credentials-run-kept-";

  async function expectKept(machine: TestMachine, { code, out, err }: Run): Promise<void> {
    expect({ code, out }).toEqual({ code: 1, out: "" });
    const names = left(machine);
    expect(names).toHaveLength(1);
    expect(names[0]).toContain(PLACE);
    const kept = machine.path(`runtime/${names[0] ?? ""}`);
    expect(readFileSync(`${kept}/.credentials.json`, "utf8")).toBe(login("new"));
    expect(err).toContain(
      `it is whole in ${kept}\n  bring it when that is mended: claude-credentials restore`,
    );
    // Another run does not take it for something that a killed one left.
    machine.slept += 48 * 3_600_000;
    await machine.login(["--to", "elsewhere"]);
    expect(existsSync(`${kept}/.credentials.json`)).toBe(true);
  }

  test("since a lock is held", async () => {
    const machine = made(logsIn(), { tree: { [STORED]: file(login("old", 2)) } });
    const lock = machine.path("home/.claude/.oauth_refresh.lock");
    mkdirSync(lock);
    const touch = (): void => {
      const now = BigInt(machine.machine.now()) * 1_000_000n;
      machine.machine.fs.lutimes(lock, now, now);
    };
    touch();
    machine.whileSleeping = touch;
    const run = await machine.login([]);
    expect(run.err).toContain("error LOCK_HELD");
    expect(machine.read(STORED)).toBe(login("old", 2));
    await expectKept(machine, run);
  });

  test("since its place went away meanwhile", async () => {
    const machine = made(`rm -rf "$HOME/../there"; echo x >"$HOME/../there"; ${logsIn()}`, {
      tree: { there: directory(0o700) },
    });
    const run = await machine.login(["--to", machine.path("there")]);
    expect(run.err).toContain("is no directory");
    rmSync(machine.path("there"));
    await expectKept(machine, run);
  });
});
