import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { findLeak } from "../../support/leak.ts";
import { login } from "../../support/login.ts";
import { runMain, TestMachine, type Run } from "../../support/machine.ts";
import { directory, file, type Tree } from "../../support/tree.ts";

const CANARY = "sk-ant-oat01-Q7rT2mXw9LpZ4vNc8KdY3hBf6JsGe1Ua";
const FINDINGS = fileURLToPath(new URL("../../../docs/findings.md", import.meta.url));

type Said = Pick<Run, "out" | "err">;

interface Case {
  readonly command: string;
  /** What the standard error must say, the machine's own folder left out. */
  readonly says: readonly RegExp[];
  readonly run: (place: TestMachine, flags: readonly string[]) => Promise<Said>;
  /** Before the command, so that there is something to look at. */
  readonly prepare?: (place: TestMachine) => Promise<unknown>;
}

const started = (place: TestMachine): Promise<unknown> => place.start();
const env = (name: string) => (place: TestMachine, flags: readonly string[]) =>
  place.env(name, "--workspace", place.work, ...flags);

const CASES: readonly Case[] = [
  {
    command: "start",
    says: [/\/home\/\.claude: directory/, /merge into the store .*: /],
    run: (place, flags) => place.startWith("--workspace", place.work, ...flags),
  },
  {
    command: "status",
    says: [/credential: /, /decided: mode \S+, .*logged in, persistent/],
    prepare: started,
    run: (place, flags) => place.statusText(...flags),
  },
  {
    command: "notice",
    says: [/credential: /, /nothing needs attention|this is said/],
    prepare: started,
    run: (place, flags) => place.notice(place.work, ...flags),
  },
  {
    command: "login",
    says: [/\/home\/\.claude: credential \S+, a login can be kept there/, /Claude Code: \/home\//],
    run: (place, flags) => {
      place.add({ "home/.local/bin/claude": file("#!/bin/sh\nexit 1\n", 0o755) });
      return place.login(flags);
    },
  },
  {
    command: "run",
    says: [/\/home\/\.claude: credential \S+, decided: \S+/],
    run: (place, flags) => place.run(...flags, "true"),
  },
  {
    command: "refresh",
    says: [/\/home\/\.claude: credential \S+, decided: \S+/],
    run: (place, flags) => place.refreshText(...flags),
  },
  {
    command: "uninstall",
    says: [/\/home\/\.claude: a link to /, /\/home\/\.claude\): \S+/],
    prepare: started,
    run: (place, flags) => place.uninstallWith("--workspace", place.work, ...flags),
  },
  {
    command: "install",
    says: [/remote user: uid 1000/, /option guard: true/, /\/home\/\.claude: directory/],
    run: (place, flags) => place.installWith(flags),
  },
  { command: "env show", says: [/variables: .*, valid, 1 variables/], run: env("show") },
  { command: "env verify", says: [/decided: \S+, missing: /], run: env("verify") },
  { command: "env test", says: [/variables: \S+, missing: /], run: env("test") },
  { command: "env unset", says: [/\/work\/\.git\/claude-credentials \(git\): /], run: env("unset") },
  {
    command: "env set",
    says: [/what was given is right: kind auth-token, for shell, .* not asked/, /\(git\): usable/],
    run: (place, flags) => {
      place.input = `${CANARY}\n`;
      const given = ["--base-url", "https://proxy.example.com", "--kind", "auth-token", "--token-stdin"];
      return place.env("set", "--workspace", place.work, ...given, "--no-test", ...flags);
    },
  },
  {
    command: "explain",
    says: [/findings\.md: \d+ sections/, /asked for: CREDENTIAL_BLANK/],
    run: (place, flags) => {
      copyFileSync(FINDINGS, join(place.root, "share/findings.md"));
      const bundlePath = join(place.root, "share/claude-credentials.mjs");
      return runMain(["explain", "CREDENTIAL_BLANK", ...flags], { bundlePath });
    },
  },
  {
    command: "init",
    says: [
      /project: \/project/,
      /devcontainer\.json: absent/,
      /create-config .*: created: /,
      /write .* bytes/,
    ],
    run: async (place, flags) => {
      place.add({ "project/": directory() });
      const project = join(place.root, "project");
      return await runMain(["init", project, "--reference", "example.com/a/claude-credentials:1", ...flags]);
    },
  },
];

const HOMES: Readonly<Record<string, Tree>> = {
  "a login and variables": {
    "home/.claude/.credentials.json": file(login("a", 8, { accessToken: CANARY, refreshToken: CANARY })),
    "home/.claude/settings.json": file(
      JSON.stringify({ env: { ANTHROPIC_AUTH_TOKEN: CANARY, [CANARY]: "1" } }),
    ),
    "home/.claude-code-env": file(`export ANTHROPIC_AUTH_TOKEN='${CANARY}'\n`),
  },
  "malformed files": {
    "home/.claude/.credentials.json": file(`{"claudeAiOauth": {"accessToken": "${CANARY}", `),
    "home/.claude/settings.json": file(`{"env": {"ANTHROPIC_API_KEY": ${CANARY}`),
    "home/.claude.json": file(`${CANARY} {`),
    "home/.claude-code-env": file(`${CANARY}\nexport ANTHROPIC_AUTH_TOKEN=$(echo ${CANARY})\n`),
  },
};

async function runOn(tree: Tree, { run, prepare }: Case, flags: readonly string[]): Promise<Said> {
  const place = new TestMachine({ repository: true, tree, shells: ["bash"] });
  await prepare?.(place);
  const { out, err } = await run(place, flags);
  return { out: out.replaceAll(place.root, ""), err: err.replaceAll(place.root, "") };
}

describe.each(Object.entries(HOMES))("with %s in the home", (name, tree) => {
  it.each(CASES.map((one) => [one.command, one] as const))(
    "%s --verbose says what it looked at and decided, on standard error alone and without a token",
    async (_command, one) => {
      const quiet = await runOn(tree, one, []);
      const verbose = await runOn(tree, one, ["--verbose"]);

      expect(verbose.out).toBe(quiet.out);
      expect(verbose.err).toContain("claude-credentials: verbose: ");
      expect(quiet.err).not.toContain("verbose: ");
      if (name === "a login and variables") for (const said of one.says) expect(verbose.err).toMatch(said);
      expect(findLeak(verbose.out + verbose.err, CANARY)).toBeNull();
    },
  );
});
