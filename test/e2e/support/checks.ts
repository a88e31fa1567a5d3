import { expect } from "vitest";
import type { DevContainer } from "./container.ts";
import type { MadeUpLogin } from "./logins.ts";

/** The login arrives in the container's home as the client does it: through `~/.claude` and `~/.claude.json`. */
export async function logIn(container: DevContainer, login: MadeUpLogin): Promise<void> {
  await container.writeAsClient("~/.claude/.credentials.json", login.credential);
  await container.writeAsClient("~/.claude.json", login.state);
}

/** What the client would read is this very login, byte for byte. */
export async function expectLogin(container: DevContainer, login: MadeUpLogin): Promise<void> {
  expect(await container.read("~/.claude/.credentials.json")).toBe(login.credential);
  expect(JSON.parse(await container.read("~/.claude.json"))).toEqual(JSON.parse(login.state));
}

/**
 * Both links lead into the store at `root`, and all of ours in it is the remote user's and nobody else's to read. The
 * root itself may be another tool's: `rootMode` is then what that made it.
 */
export async function expectStore(
  container: DevContainer,
  root: string,
  { uid = 1000, rootMode = "0700" }: { readonly uid?: number; readonly rootMode?: string } = {},
): Promise<void> {
  const config = `${root}/.claude-credentials`;
  const owner = String(uid);
  expect(await container.entry("~/.claude")).toMatchObject({ type: "symbolic link", owner });
  expect(await container.realPath("~/.claude")).toBe(config);
  expect(await container.entry("~/.claude.json")).toMatchObject({ type: "symbolic link", owner });
  expect(await container.realPath("~/.claude.json")).toBe(`${config}/.claude.json`);
  const expected = {
    [root]: { type: "directory", owner, mode: rootMode },
    [config]: { type: "directory", owner, mode: "0700" },
    [`${config}/.credentials.json`]: { type: "regular file", owner, mode: "0600" },
    [`${config}/.claude.json`]: { type: "regular file", owner, mode: "0600" },
  };
  for (const [path, entry] of Object.entries(expected)) {
    expect(await container.entry(path), path).toMatchObject(entry);
  }
}

/** What `status --json` says. */
export interface Status {
  readonly loggedIn: boolean;
  readonly persistent: boolean;
  readonly store: { readonly root: string; readonly kind: string } | null;
  readonly account: { readonly email: string } | null;
  readonly findings: readonly { readonly code: string; readonly message: string; readonly hint: string }[];
}

export async function statusOf(container: DevContainer): Promise<Status> {
  const { stdout, stderr, exitCode } = await container.claudeCredentials(
    "status",
    "--workspace",
    container.workspaceFolder,
    "--json",
  );
  expect(stdout, `status ended with ${exitCode}: ${stderr}`).toMatch(/^\{/);
  return JSON.parse(stdout) as Status;
}

/** Every entry below the paths with all that a change would show in: kind, inode, mode, owner, times, size, link text. */
export async function snapshot(container: DevContainer, ...paths: readonly string[]): Promise<string> {
  const absolute: string[] = [];
  for (const path of paths) absolute.push(await container.resolve(path));
  return container.sh(`find "$@" -printf '%p %y %i %m %U %T@ %C@ %s %l\\n' | sort`, absolute);
}
