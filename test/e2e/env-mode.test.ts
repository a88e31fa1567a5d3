import { beforeAll, describe, expect, it } from "vitest";
import { findLeak } from "../support/leak.ts";
import { findClient } from "./support/client.ts";
import { ONBOARDING, PROMPT, TRUST_QUESTION, openClientIn } from "./support/client-session.ts";
import type { DevContainer } from "./support/container.ts";
import { startLiteLlm, type LiteLlm } from "./support/litellm.ts";
import { createProject, type Project, type ProjectOptions } from "./support/project.ts";

const CLIENT: NonNullable<ProjectOptions["devcontainer"]> = {
  runArgs: ["--network=host", `--volume=${findClient()}:/usr/local/bin/claude:ro`],
  containerEnv: { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1" },
};

/** Every way that a shell is started in, apart from a bare `bash -c`, which reads no startup file. */
const SHELLS = [
  ["bash", "-lc"],
  ["bash", "-ic"],
  ["sh", "-lc"],
  ["zsh", "-lic"],
  ["zsh", "-c"],
  ["fish", "-lc"],
  ["fish", "-ic"],
  ["fish", "-c"],
] as const;

const ASK = "claude -p hi </dev/null";

let proxy: LiteLlm;
beforeAll(async () => {
  proxy = await startLiteLlm();
  return () => proxy.stop();
}, 900_000);

async function envSet(container: DevContainer, ...flags: readonly string[]): Promise<string> {
  const given = ["--base-url", proxy.url, "--kind", "auth-token", "--token-stdin", ...flags];
  const { exitCode, stdout, stderr } = await container.trySh(
    'exec claude-credentials env set "$@"',
    given,
    `${proxy.masterKey}\n`,
  );
  expect(exitCode, stdout + stderr).toBe(0);
  return stdout + stderr;
}

async function setUp(...flags: readonly string[]): Promise<{ project: Project; container: DevContainer }> {
  const project = await createProject({ devcontainer: CLIENT });
  const first = await project.up();
  await envSet(first, ...flags);
  return { project, container: await project.rebuild() };
}

describe("a LiteLLM proxy, set once", () => {
  it("with --to shell the client answers through it after a rebuild, in every shell that reads a startup file", async () => {
    const { container } = await setUp("--to", "shell");

    for (const [shell, how] of SHELLS) {
      const { stdout, stderr } = await container.trySh('exec "$@"', [shell, how, ASK]);
      expect(stdout, `${shell} ${how}: ${stderr}`).toContain("pong");
    }

    const bare = await container.trySh('exec "$@"', ["bash", "-c", ASK]);
    expect(bare.stdout + bare.stderr, "a bare bash -c reads nothing").not.toContain("pong");
  });

  it("with --to settings a bare docker exec reaches it, and no shell sees the token", async () => {
    const { container } = await setUp("--to", "settings");

    const { stdout, stderr } = await container.trySh(`exec ${ASK}`);
    expect(stdout, stderr).toContain("pong");

    for (const [shell, how] of SHELLS)
      expect(await container.sh('exec "$@"', [shell, how, "env"])).not.toContain("ANTHROPIC_");
  });

  it("asks for neither onboarding nor a login, and once whether the folder is trusted", async () => {
    const { container } = await setUp();
    const terminal = await openClientIn(container, ["bash", "-lc", "claude"]);
    expect(await terminal.waitFor([ONBOARDING, TRUST_QUESTION, PROMPT])).toBe(TRUST_QUESTION);
  });

  it("an API key of its own is not asked about", async () => {
    const { project, container: first } = await setUp();
    await envSet(first, "--kind", "api-key");
    const container = await project.rebuild();
    const terminal = await openClientIn(container, ["zsh", "-lc", "claude"]);
    const first_ = await terminal.waitFor([ONBOARDING, "Detected a custom API key", TRUST_QUESTION]);
    expect(first_).toBe(TRUST_QUESTION);
  });

  it("a person is asked, and sees the token nowhere", async () => {
    const project = await createProject({ devcontainer: CLIENT });
    const container = await project.up();
    const terminal = await openClientIn(container, ["claude-credentials", "env", "set"]);
    const answer = async (question: string, text: string): Promise<void> => {
      await terminal.waitFor([question]);
      await terminal.waitUntilStill();
      if (text !== "") await terminal.type(text);
      await terminal.press("Enter");
    };
    await answer("Base URL", proxy.url);
    await answer("Kind of token", "");
    await answer("Token (not shown)", proxy.masterKey);
    for (const question of ["extra header", "telemetry", "automatic update", "Who is to get it"])
      await answer(question, "");
    await terminal.waitFor(["the API mode is set"], 120_000);

    expect(findLeak(await terminal.screen(), proxy.masterKey)).toBeNull();
    const { stdout, stderr } = await container.trySh(`exec ${ASK}`);
    expect(stdout, stderr).toContain("pong");
    expect(await container.read("~/.claude-code-env")).toContain("DISABLE_TELEMETRY='1'");
  });

  it("env unset leaves no trace of the key in home and store", async () => {
    const { container } = await setUp();
    const script = 'grep -rlaF -- "$1" ~ "$2" 2>/dev/null || :';
    const args = [proxy.masterKey, container.workspaceFolder];
    expect(await container.sh(script, args)).toContain(".claude-code-env");

    expect(await container.claudeCredentials("env", "unset")).toMatchObject({ exitCode: 0 });

    expect(await container.sh(script, args)).toBe("");
    const { stdout } = await container.trySh('exec "$@"', ["bash", "-lc", ASK]);
    expect(stdout).not.toContain("pong");
  });
});

describe("env test tells apart", () => {
  it("a proxy that answers, a wrong key, a wrong path, a dead proxy and a name that is none", async () => {
    const { container } = await setUp("--to", "shell");
    const outcomeOf = async (url: string, key: string): Promise<string> => {
      const flags = ["--base-url", url, "--kind", "auth-token", "--token-stdin", "--no-test"];
      await container.sh('exec claude-credentials env set "$@"', flags, `${key}\n`);
      const { stdout } = await container.claudeCredentials("env", "test", "--json");
      return (JSON.parse(stdout) as { outcome: string }).outcome;
    };
    expect(await outcomeOf(proxy.url, proxy.masterKey)).toBe("ok");
    expect(await outcomeOf(proxy.url, "sk-wrong-0123456789abcdef")).toBe("unauthorized");
    expect(await outcomeOf(`${proxy.url}/nowhere`, proxy.masterKey)).toBe("not-found");
    expect(await outcomeOf("http://127.0.0.1:9", proxy.masterKey)).toBe("refused");
    expect(await outcomeOf("http://no-such-host.internal:4000", proxy.masterKey)).toBe("dns");
  });
});
