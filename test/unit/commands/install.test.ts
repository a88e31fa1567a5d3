import { describe, expect, test } from "vitest";
import { login, state } from "../../support/login.ts";
import { ROOT, TestMachine, VSCODE, type MachineOptions } from "../../support/machine.ts";
import { directory, fifo, file, symlink } from "../../support/tree.ts";

const BUILD = "home/.local/share/claude-credentials/.claude-credentials";
const COPY = "share/home";
const GUARD = "machine/etc-claude/code/managed-settings.d/50-claude-credentials.json";

/** An image that is being built, by root, for the user vscode. */
function image(options: MachineOptions = {}): TestMachine {
  const machine = new TestMachine({ guarded: false, user: ROOT, mounts: [["/", "overlay"]], ...options });
  for (const path of Object.keys(machine.snapshot("home"))) machine.own(`home/${path}`, VSCODE);
  machine.own("home", VSCODE);
  return machine;
}

describe("install", () => {
  test("makes the links before Claude Code first runs, all the remote user's own", async () => {
    const machine = image();
    const { code, report, err } = await machine.install();
    expect(code).toBe(0);
    expect(err).toBe("");
    expect(report).toMatchObject({ version: 1, outcome: "installed", findings: [] });
    expect(machine.linkText("home/.claude")).toBe(machine.path(BUILD));
    expect(machine.linkText("home/.claude.json")).toBe(`${machine.path(BUILD)}/.claude.json`);
    expect(machine.mode(BUILD)).toBe("0700");
    expect(machine.snapshot(BUILD)).toEqual({});
    const home = Object.keys(machine.snapshot("home"));
    expect(home.filter((path) => machine.ownerOf(`home/${path}`).uid !== VSCODE.uid)).toEqual([]);
    expect(machine.mode("home/.local")).toBe("0755");
    expect(machine.snapshot(COPY)).toEqual({});
    expect(machine.mode(COPY)).toBe("0755");
  });

  test("again changes nothing", async () => {
    const machine = image({
      tree: {
        "home/.claude/settings.json": file("{}"),
        "home/.claude/.credentials.json": file(login("image")),
        "home/.claude.json": file(state("a@b")),
      },
    });
    await machine.install();
    const before = machine.snapshot();
    const { report, code } = await machine.install();
    expect(code).toBe(0);
    expect(report.outcome).toBe("unchanged");
    expect(machine.snapshot()).toEqual(before);
  });

  test("moves what lay in ~/.claude, and keeps a copy without anything secret", async () => {
    const machine = image({
      tree: {
        "home/.claude/.credentials.json": file(login("canary")),
        "home/.claude/.claude.json": file(state("a@b")),
        "home/.claude/.config.json": file(state("a@b")),
        "home/.claude/.device-keys.json": file("canary"),
        "home/.claude/.session_ingress_token": file("canary"),
        "home/.claude/server-sessions.json": file("canary"),
        "home/.claude/backups/.claude.json.backup.1": file(state("a@b")),
        "home/.claude/projects/x/y.jsonl": file("canary"),
        "home/.claude/history.jsonl": file("canary"),
        "home/.claude/settings.json": file(
          JSON.stringify({
            model: "opus",
            apiKeyHelper: "echo canary",
            env: { ANTHROPIC_AUTH_TOKEN: "canary", ANTHROPIC_API_KEY: "canary", LANG: "C" },
          }),
        ),
        "home/.claude/settings.local.json": file("{canary"),
        "home/.claude/CLAUDE.md": file("read me"),
        "home/.claude/agents/run.sh": file("#!/bin/sh", 0o700),
        "home/.claude/agents/link": symlink("run.sh"),
        "home/.claude/agents/pipe": fifo(),
      },
    });
    const { report } = await machine.install();
    expect(machine.read(`${BUILD}/.credentials.json`)).toBe(login("canary"));
    expect(machine.mode(`${BUILD}/.credentials.json`)).toBe("0600");
    expect(machine.ownerOf(`${BUILD}/.credentials.json`)).toEqual(VSCODE);
    expect(report.findings.map(({ code }) => code).sort()).toEqual([
      "FILE_SKIPPED",
      "IMAGE_HOLDS_CREDENTIAL",
    ]);

    const copy = machine.snapshot(COPY);
    expect(Object.keys(copy)).toEqual([
      "CLAUDE.md",
      "agents",
      "agents/link",
      "agents/run.sh",
      "settings.json",
    ]);
    expect(JSON.stringify(copy)).not.toContain("canary");
    expect(copy["agents/run.sh"]).toBe("file 0755 #!/bin/sh");
    expect(copy["agents"]).toBe("directory 0755");
    expect(JSON.parse(machine.read(`${COPY}/settings.json`))).toEqual({ model: "opus", env: { LANG: "C" } });
    expect(machine.mode(`${COPY}/settings.json`)).toBe("0644");
  });

  test("a ~/.claude.json moves in too", async () => {
    const machine = image({ tree: { "home/.claude.json": file(state("a@b"), 0o644) } });
    await machine.install();
    expect(machine.read(`${BUILD}/.claude.json`)).toBe(state("a@b"));
    expect(machine.mode(`${BUILD}/.claude.json`)).toBe("0600");
  });

  test("with perContainer ~/.claude.json is left to start", async () => {
    const machine = image({ options: { perContainer: true } });
    await machine.install();
    expect(machine.exists("home/.claude.json")).toBe(false);
    expect(machine.exists("home/.claude")).toBe(true);
  });

  test("the credential reaches the store at the first start, and is gone from the image's directory", async () => {
    const machine = new TestMachine({
      guarded: false,
      repository: true,
      tree: {
        "home/.claude/.credentials.json": file(login("image")),
        "home/.claude/CLAUDE.md": file("read me"),
        "home/.claude.json": file(state("a@b")),
      },
    });
    await machine.install();
    const { report } = await machine.start("--strict");
    expect(report).toMatchObject({ outcome: "persistent", findings: [] });
    const config = "work/.git/claude-credentials/.claude-credentials";
    expect(machine.read(`${config}/.credentials.json`)).toBe(login("image"));
    expect(machine.read(`${config}/.claude.json`)).toBe(state("a@b"));
    expect(machine.read(`${config}/CLAUDE.md`)).toBe("read me");
    expect(machine.snapshot(BUILD)).toEqual({});
    expect(machine.exists("work/.git/claude-credentials/backups")).toBe(false);
    expect((await machine.start()).mutations).toEqual([]);
  });
});

test("install says in text what it did", async () => {
  const machine = image({ tree: { "home/.claude/.credentials.json": file(login("image")) } });
  const { out } = await machine.installWith([]);
  expect(out.replaceAll(machine.root, "")).toMatchInlineSnapshot(`
    "claude-credentials: installed; the links lead into the image until the container's first start
      ~/.claude: the login taken over; linked to the store
      ~/.claude.json: linked to the store
      /share/home: what the image brought, without secrets
      /etc/claude-code/managed-settings.d/50-claude-credentials.json: the agent's tools must not read the credential
    claude-credentials: warning IMAGE_HOLDS_CREDENTIAL: the base image holds a Claude Code login: whoever can pull the image has it
      remove it from the base image, and log in anew so that the old login can be revoked
      more: claude-credentials explain IMAGE_HOLDS_CREDENTIAL
    "
  `);
  expect((await machine.installWith([])).out).toMatch(
    /^claude-credentials: installed already, nothing to do\nclaude-credentials: warning IMAGE_/,
  );
});

describe("the guard", () => {
  test("denies the agent's tools the secrets, readable by all, made once", async () => {
    const machine = image();
    await machine.install();
    const { permissions } = JSON.parse(machine.read(GUARD)) as { permissions: { deny: string[] } };
    for (const tool of ["Read", "Edit"])
      for (const pattern of [
        "//**/.claude-credentials/.credentials.json",
        "//**/.claude-code-env",
        "//**/claude-credentials/backups/**",
      ])
        expect(permissions.deny).toContain(`${tool}(${pattern})`);
    expect(machine.mode(GUARD)).toBe("0644");
    expect(machine.mode("machine/etc-claude/code/managed-settings.d")).toBe("0755");
    machine.forget(GUARD);
    machine.add({ [GUARD]: file("an older one") });
    expect((await machine.install()).report.outcome).toBe("installed");
    expect(machine.read(GUARD)).toContain("deny");
  });

  test("is left out where the option says so", async () => {
    const machine = image({ options: { guard: false } });
    await machine.install();
    expect(machine.exists(GUARD)).toBe(false);
  });

  test("that cannot be written is said and exits 1, the rest being done", async () => {
    const machine = image({ tree: { "machine/etc-claude/code": file("no directory") } });
    const { code, report } = await machine.install();
    expect(code).toBe(1);
    expect(report.outcome).toBe("failed");
    expect(report.actions.find(({ kind }) => kind === "guard")?.result).toBe("failed");
    expect(machine.exists("home/.claude")).toBe(true);
  });
});

describe("the remote user", () => {
  test("whose home is not there is told how to get one", async () => {
    const machine = image();
    const run = await machine.installWith([], { _REMOTE_USER_HOME: "/nonexistent" });
    expect(run).toMatchObject({ code: 1, out: "", mutations: [] });
    expect(run.err).toBe(
      "install: the remote user's home '/nonexistent' is no directory\nmake the user in the image before this Feature is installed (the Feature common-utils does)\n",
    );
  });

  test("is known by number too, or else by his home's owner", async () => {
    const byNumber = image();
    await byNumber.install({ _REMOTE_USER: "1000" });
    expect(byNumber.ownerOf("home/.claude")).toEqual(VSCODE);

    const unknown = image();
    unknown.own("home", { uid: 4321, gid: 4322 });
    await unknown.install({ _REMOTE_USER: "nobody-knows-him" });
    expect(unknown.ownerOf("home/.claude")).toEqual({ uid: 4321, gid: 4322 });
  });

  test("may be root", async () => {
    const machine = new TestMachine({ guarded: false, user: ROOT, tree: { "home/.claude": directory() } });
    await machine.install({ _REMOTE_USER: "root" });
    expect(machine.ownerOf("home/.claude")).toEqual(ROOT);
  });
});
