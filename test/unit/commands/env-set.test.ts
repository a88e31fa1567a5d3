import { describe, expect, test } from "vitest";
import { TestMachine, type MachineOptions } from "../../support/machine.ts";
import { file, symlink } from "../../support/tree.ts";

const KEY = "sk-litellm-4f9d2c71b6a85e30";
const STORE = "work/.git/claude-credentials";
const ENV_FILE = `${STORE}/env-vars/.claude-code-env`;
const FLAGS = ["--base-url", "http://litellm:4000", "--kind", "auth-token", "--token-stdin", "--no-test"];

async function linked(options: MachineOptions = {}): Promise<TestMachine> {
  const machine = new TestMachine({ repository: true, shells: ["bash", "zsh", "fish"], ...options });
  await machine.start();
  return machine;
}

async function configured(options: MachineOptions = {}, ...flags: string[]): Promise<TestMachine> {
  const machine = await linked(options);
  machine.input = `${KEY}\n`;
  const { code, err } = await machine.env("set", ...FLAGS, ...flags);
  expect(err).toBe("");
  expect(code).toBe(0);
  return machine;
}

describe("env set", () => {
  test("keeps the variables in the store, private, and links them into the home", async () => {
    const machine = await configured();
    expect(machine.mode(ENV_FILE)).toBe("0600");
    expect(machine.mode(`${STORE}/env-vars`)).toBe("0700");
    expect(machine.linkText("home/.claude-code-env")).toBe(machine.path(ENV_FILE));
    expect(machine.read(ENV_FILE)).toContain(`export ANTHROPIC_AUTH_TOKEN='${KEY}'\n`);
    expect(machine.read(ENV_FILE)).toContain("export ANTHROPIC_BASE_URL='http://litellm:4000'\n");
  });

  test("leads every shell that is there to them, and Claude Code by its settings", async () => {
    const machine = await configured({ tree: { "home/.bashrc": file("alias a=b", 0o640) } });
    expect(machine.read("home/.bashrc")).toMatch(/^alias a=b\n.*claude-code-env/s);
    expect(machine.mode("home/.bashrc")).toBe("0640");
    for (const name of [".profile", ".zshenv", ".config/fish/conf.d/claude-code.fish"])
      expect(machine.read(`home/${name}`)).toContain(".claude-code-env");
    const settings = `${STORE}/.claude-credentials/settings.json`;
    expect(JSON.parse(machine.read(settings))).toEqual({
      env: { ANTHROPIC_BASE_URL: "http://litellm:4000", ANTHROPIC_AUTH_TOKEN: KEY },
    });
    expect(machine.mode(settings)).toBe("0600");
  });

  test("says in the state file that onboarding is done, and trusts no folder", async () => {
    const machine = await configured();
    expect(JSON.parse(machine.read("home/.claude.json"))).toEqual({ hasCompletedOnboarding: true });
  });

  test("approves an API key by the record that Claude Code keeps of one, also after a No", async () => {
    const key = "sk-ant-api03-0123456789abcdefghijklmnopqrstuv";
    const machine = await linked({
      tree: {
        "home/.claude.json": file(JSON.stringify({ customApiKeyResponses: { rejected: [key.slice(-20)] } })),
      },
    });
    machine.input = key;
    await machine.env("set", "--kind", "api-key", "--token-stdin", "--no-test");
    expect(JSON.parse(machine.read("home/.claude.json"))).toMatchObject({
      customApiKeyResponses: { approved: [key.slice(-20)], rejected: [] },
    });
  });

  test("never prints the token, nor a part of it", async () => {
    const machine = await linked();
    machine.input = `${KEY}\nheader-secret-77aa88bb99\n`;
    const runs = [
      await machine.env("set", ...FLAGS, "--header", "X-Team", "--verbose"),
      await machine.env("set", ...FLAGS.slice(0, 4), "--no-test", "--json"),
      await machine.env("show"),
      await machine.env("show", "--json"),
      await machine.env("verify", "--verbose"),
      await machine.statusText(),
    ];
    const said = runs.map(({ out, err }) => out + err).join("");
    for (const secret of [KEY, "header-secret-77aa88bb99"])
      for (let at = 0; at + 8 <= secret.length; at++) expect(said).not.toContain(secret.slice(at, at + 8));
    expect(said).toContain("27 characters");
  });

  test("a second time changes nothing", async () => {
    const machine = await configured();
    const before = machine.snapshot();
    machine.input = KEY;
    const { out } = await machine.env("set", ...FLAGS);
    expect(out).toContain("nothing changed");
    expect(machine.snapshot()).toEqual(before);
  });

  test("changes what is named and keeps the rest", async () => {
    const machine = await configured();
    await machine.env("set", "--base-url", "http://other:4000", "--set", "DISABLE_TELEMETRY=1", "--no-test");
    const text = machine.read(ENV_FILE);
    expect(text).toContain(KEY);
    expect(text).toContain("'http://other:4000'");
    expect(text).toContain("export DISABLE_TELEMETRY='1'");
  });

  test("with --to shell the settings that it wrote before lose the token", async () => {
    const machine = await configured();
    await machine.env("set", "--to", "shell", "--no-test");
    expect(machine.snapshot(STORE)).not.toHaveProperty(".claude-credentials/settings.json");
    expect(machine.read("home/.profile")).toContain(".claude-code-env");
  });

  test("with --to settings the startup files lose their section", async () => {
    const machine = await configured({ tree: { "home/.bashrc": file("alias a=b\n", 0o644) } });
    await machine.env("set", "--to", "settings", "--no-test");
    expect(machine.read("home/.bashrc")).toBe("alias a=b\n");
    expect(machine.exists("home/.zshenv")).toBe(false);
    expect(machine.exists("home/.config/fish/conf.d/claude-code.fish")).toBe(false);
  });

  test("a startup file that is a symlink is followed and stays one", async () => {
    const machine = await configured({
      tree: {
        "elsewhere/dots/bashrc": file("alias a=b\n", 0o644),
        "home/.bashrc": symlink("../elsewhere/dots/bashrc"),
      },
    });
    expect(machine.linkText("home/.bashrc")).toBe("../elsewhere/dots/bashrc");
    expect(machine.read("elsewhere/dots/bashrc")).toContain(".claude-code-env");
  });

  test.each([
    ["a base URL that is none", ["--base-url", "litellm:4000/x y"]],
    ["http to a public host", ["--base-url", "http://proxy.example.com"]],
    ["a kind that is none", ["--kind", "password"]],
    ["a secret in --set", ["--set", "ANTHROPIC_API_KEY=sk-not-for-argv"]],
    ["a variable that is not Claude Code's", ["--set", "LD_PRELOAD=/tmp/x.so"]],
    ["a header without its line", ["--header", "X-Team"]],
  ])("refuses %s, says what to do, and changes nothing", async (_what, flags) => {
    const machine = await linked();
    const before = machine.snapshot();
    machine.input = KEY;
    const { code, err } = await machine.env(
      "set",
      "--kind",
      "auth-token",
      "--token-stdin",
      "--no-test",
      ...flags,
    );
    expect(code).toBe(2);
    expect(err.split("\n").length).toBe(3);
    expect(err).not.toContain("sk-not-for-argv");
    expect(machine.snapshot()).toEqual(before);
  });

  test("refuses settings that are no JSON, with the line, before anything is written", async () => {
    const machine = await linked({
      tree: { "home/.claude/settings.json": file('{\n  "env": {,}\n}\n', 0o600) },
    });
    const before = machine.snapshot();
    machine.input = KEY;
    const { code, err } = await machine.env("set", ...FLAGS);
    expect(code).toBe(1);
    expect(err).toContain("line 2");
    expect(machine.snapshot()).toEqual(before);
  });

  test("an endpoint that does not answer leaves all as it is", async () => {
    const machine = await linked();
    const before = machine.snapshot();
    machine.input = KEY;
    const flags = ["--base-url", "http://127.0.0.1:9", "--kind", "auth-token", "--token-stdin"];
    const { code, err } = await machine.env("set", ...flags);
    expect(code).toBe(1);
    expect(err).toContain("--no-test");
    expect(machine.snapshot()).toEqual(before);
  });
});

describe("after a rebuild", () => {
  test("start brings link and sections back, without asking", async () => {
    const machine = await configured();
    for (const name of [".claude-code-env", ".profile", ".bashrc", ".zshenv"]) machine.forget(`home/${name}`);
    const { report } = await machine.start();
    expect(report.findings).toEqual([]);
    expect(machine.linkText("home/.claude-code-env")).toBe(machine.path(ENV_FILE));
    expect(machine.read("home/.profile")).toContain(".claude-code-env");
    const { mutations } = await machine.start();
    expect(mutations).toEqual([]);
  });
});

describe("env unset", () => {
  test("leaves no trace of the token, and the startup files as they were", async () => {
    const machine = await configured({
      tree: {
        "home/.bashrc": file("alias a=b", 0o644),
        "home/.claude/settings.json": file('{ "model": "opus" }\n'),
      },
    });
    const { code, out } = await machine.env("unset");
    expect(code).toBe(0);
    expect(out).toContain("taken away");
    expect(JSON.stringify(machine.snapshot())).not.toContain(KEY);
    expect(machine.read("home/.bashrc")).toBe("alias a=b");
    expect(machine.read("home/.claude/settings.json")).toBe('{ "model": "opus" }\n');
    expect(machine.exists("home/.claude-code-env")).toBe(false);
    expect(machine.exists("home/.profile")).toBe(false);
    const again = await machine.env("unset");
    expect(again.code).toBe(0);
    expect(again.mutations).toEqual([]);
  });

  test("leaves a person's own settings, and says what it cannot take out", async () => {
    const own = '{ "env": { "DISABLE_TELEMETRY": "1", "ANTHROPIC_API_KEY": "sk-a-key-of-somebody" } }\n';
    const machine = await linked({ tree: { "elsewhere/dots/settings.json": file(own, 0o644) } });
    machine.input = KEY;
    await machine.env("set", ...FLAGS, "--to", "shell", "--set", "DISABLE_TELEMETRY=1");
    machine.add({ "home/.claude/settings.json": symlink("../../../../elsewhere/dots/settings.json") });
    const { code, out } = await machine.env("unset");
    expect(code).toBe(0);
    expect(out).toContain("ENV_REMAINS");
    expect(out).toContain("keeps ANTHROPIC_API_KEY: it is a symlink to");
    expect(out).not.toContain("sk-a-key");
    expect(machine.read("elsewhere/dots/settings.json")).toBe(own);
  });

  test("what an earlier store keeps does not come back at the next start", async () => {
    const machine = new TestMachine({
      repository: true,
      options: { store: "git" },
      tree: {
        "work/.devcontainer.secrets/env-vars/anthropic-api-key": file("sk-older-tool-key-123456\n", 0o600),
      },
    });
    await machine.start();
    expect(machine.read(ENV_FILE)).toContain("sk-older-tool-key-123456");
    await machine.env("unset");
    await machine.start();
    expect(machine.exists(ENV_FILE)).toBe(false);
    expect(machine.exists("work/.devcontainer.secrets/env-vars/anthropic-api-key")).toBe(true);
  });
});
