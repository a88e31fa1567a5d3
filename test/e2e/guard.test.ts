import { dirname } from "node:path/posix";
import { expect, it } from "vitest";
import { withClient } from "./support/client.ts";
import { ask, authStatus, fakeServers, logIn } from "./support/client-session.ts";
import type { DevContainer } from "./support/container.ts";
import type { FakeAnthropic } from "./support/fake-anthropic.ts";
import { promptForTools, type ToolCall, type ToolResult } from "./support/fake-model.ts";
import { createProject } from "./support/project.ts";

const DENIED = /denied|deny rule/;

/** Makes the agent use the three tools that reach a file's content: Read, `cat` in a shell, and Edit. */
function callsOn(path: string): ToolCall[] {
  return [
    { name: "Read", input: { file_path: path } },
    { name: "Bash", input: { command: `cat ${path}`, description: "Show a file" } },
    { name: "Edit", input: { file_path: path, old_string: "accessToken", new_string: "edited" } },
  ];
}

/** What each tool told the agent. The conversation also reads a file of no account, which has to work. */
async function answersTo(
  container: DevContainer,
  fake: FakeAnthropic,
  mode: string,
  calls: readonly ToolCall[],
): Promise<ToolResult[]> {
  const marker = `finished ${mode}`;
  const harmless = { name: "Read", input: { file_path: `${container.workspaceFolder}/README.md` } };
  const prompt = promptForTools([harmless, ...calls], marker);
  const { stdout } = await ask(container, prompt, "--permission-mode", mode);
  expect(stdout).toBe(`${marker}\n`);
  const [readme, ...results] = fake.toolResults(marker);
  expect(readme).toMatchObject({ name: "Read", isError: false });
  expect(readme?.text).toContain("# A project");
  return results;
}

/** The option `store`, and the permission modes that are tried on it. */
const stores = [
  { store: "", modes: ["default", "acceptEdits", "bypassPermissions"] },
  { store: "workspace", modes: ["default", "acceptEdits"] },
  { store: "/workspaces/project/.login", modes: ["default"] },
] as const;

it.each(stores)(
  "F10: with store $store the agent can neither read, cat nor edit the login",
  async ({ store, modes }) => {
    const fake = await fakeServers();
    const project = await createProject({ options: { store }, devcontainer: withClient(fake) });
    const container = await project.up();
    await logIn(container, fake);
    const credential = await container.realPath("~/.claude/.credentials.json");
    const root = dirname(dirname(credential));
    const backup = `${root}/backups/20260101T000000Z-conflict/.credentials.json`;
    const environment = `${root}/env-vars/.claude-code-env`;
    // Where a login in the work tree has its last known good, and its backups as well.
    const beside = `${container.workspaceFolder}/.git/claude-credentials`;
    const copies = [
      backup,
      environment,
      `${beside}/backups/20260101T000000Z-conflict/.credentials.json`,
      `${beside}/last-known-good/.credentials.json`,
    ];
    for (const path of copies) {
      await container.sh('umask 077; mkdir -p -- "$(dirname -- "$2")" && cp -- "$1" "$2"', [
        credential,
        path,
      ]);
    }
    const paths = [credential, await container.resolve("~/.claude/.credentials.json"), ...copies];
    const before = await container.sh('cat -- "$@"', copies);

    for (const mode of modes) {
      const calls = paths.flatMap(callsOn);
      const results = await answersTo(container, fake, mode, calls);
      expect(results).toHaveLength(calls.length);
      results.forEach((result, index) => {
        const what = `${mode}: ${JSON.stringify(calls[index])}`;
        expect(result.text.includes(fake.tokens.canary), `${what} shows a token`).toBe(false);
        expect(result, what).toMatchObject({ name: calls[index]?.name, isError: true });
        expect(result.text, what).toMatch(DENIED);
      });
    }
    const after = await container.sh('cat -- "$@"', copies);
    expect(after === before, "a copy of the credential has been changed").toBe(true);
    expect(await authStatus(container)).toMatchObject({ loggedIn: true });
  },
);

it("with the option `guard` off nothing is denied, as documented", async () => {
  const fake = await fakeServers();
  const project = await createProject({ options: { guard: false }, devcontainer: withClient(fake) });
  const container = await project.up();
  await logIn(container, fake);
  const credential = await container.realPath("~/.claude/.credentials.json");

  const [read] = await answersTo(container, fake, "default", callsOn(credential));

  expect(read?.text.includes(fake.tokens.canary)).toBe(true);
});
