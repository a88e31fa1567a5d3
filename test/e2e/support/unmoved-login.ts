import { expect } from "vitest";
import { withClient } from "./client.ts";
import { fakeServers, logIn } from "./client-session.ts";
import type { CommandResult } from "./command.ts";
import type { DevContainer } from "./container.ts";
import type { FakeAnthropic } from "./fake-anthropic.ts";
import { createProject } from "./project.ts";

/** Where `start` brings the login to, below the workspace folder. */
export const STORE = ".git/claude-credentials";

export interface ClientContainer {
  readonly fake: FakeAnthropic;
  readonly container: DevContainer;
  /** A new container of the same project. */
  readonly rebuild: () => Promise<DevContainer>;
  readonly close: () => Promise<void>;
}

/** A container with the real client, for several tests. `close` is what their `beforeAll` returns. */
export async function clientContainer(): Promise<ClientContainer> {
  const cleanUps: (() => Promise<void>)[] = [];
  const later = (cleanUp: () => Promise<void>): void => {
    cleanUps.push(cleanUp);
  };
  const close = async (): Promise<void> => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  try {
    const fake = await fakeServers(later);
    const project = await createProject({ devcontainer: withClient(fake) }, later);
    return { fake, container: await project.up(), rebuild: () => project.rebuild(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Puts the container back to the state before the first migration, with a login of the real client's whose access
 * token has run out: `~/.claude` and `~/.claude.json` are real, and there is no store.
 */
export async function unmove(container: DevContainer, fake: FakeAnthropic): Promise<void> {
  await container.sh(
    `rm -rf ~/.claude ~/.claude.lock ~/.claude.json* ~/.cache/claude-credentials "$1"
mkdir -m 700 ~/.claude && echo '{}' > ~/.claude/history.jsonl`,
    [STORE],
  );
  fake.setRefreshDelay(0);
  fake.setAccessTokenSeconds(1);
  await logIn(container, fake);
  fake.setAccessTokenSeconds(8 * 3600);
}

/** What `start --json` says, as far as the tests look at it. */
export interface StartReport {
  readonly outcome: string;
  readonly actions: readonly { readonly kind: string; readonly result: string }[];
  readonly findings: readonly { readonly code: string; readonly path?: string; readonly hint: string }[];
}

/** `start` as the hook has it, with more flags. */
export async function start(
  container: DevContainer,
  ...flags: readonly string[]
): Promise<CommandResult & { readonly report: StartReport }> {
  const workspace = ["--workspace", container.workspaceFolder];
  const result = await container.claudeCredentials("start", ...workspace, "--json", ...flags);
  expect(result.stdout, result.stderr).toMatch(/^\{/);
  return { ...result, report: JSON.parse(result.stdout) as StartReport };
}

/** What a migration would change: both entries of the home, and the files that no client writes to while it runs. */
export async function homeOf(container: DevContainer): Promise<string> {
  return container.sh(
    "cd && stat -c '%n %F %i %a' .claude .claude.json && sha256sum .claude/.credentials.json .claude/history.jsonl",
  );
}

/** What there is of the credential's locks and of ours in home and store, their owner files included. */
export async function locksOf(container: DevContainer): Promise<string> {
  const names = [".oauth_refresh.lock*", ".storage-write.lock*", ".claude*.lock*"];
  const any = names.map((name) => `-name '${name}'`).join(" -o ");
  return container.sh(`find ~ "$1" ${any}`, [STORE]);
}
