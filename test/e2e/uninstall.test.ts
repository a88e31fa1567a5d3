import { expect, it } from "vitest";
import { withClient } from "./support/client.ts";
import { ask, authStatus, fakeServers, logIn, readLogin } from "./support/client-session.ts";
import type { DevContainer } from "./support/container.ts";
import { createProject } from "./support/project.ts";

interface Report {
  readonly outcome: string;
  readonly findings: readonly { readonly code: string; readonly hint: string }[];
}

async function uninstall(container: DevContainer, ...flags: readonly string[]): Promise<Report> {
  const { exitCode, stdout, stderr } = await container.claudeCredentials("uninstall", "--json", ...flags);
  expect(exitCode, stdout + stderr).toBe(0);
  return JSON.parse(stdout) as Report;
}

/** Every path of ours below home and workspace. */
async function ours(container: DevContainer): Promise<string> {
  const script = `find ~ "$1" -name '*claude-credentials*' ! -path '*/.devcontainer/*' ! -path '*/projects/*'`;
  return container.sh(script, [container.workspaceFolder]);
}

it("the real client is logged in after uninstall, from a real directory, and the next container without the Feature has nothing of ours", async () => {
  const fake = await fakeServers();
  const project = await createProject({ devcontainer: withClient(fake) });
  const container = await project.up();
  await logIn(container, fake);
  const login = await readLogin(container);

  const report = await uninstall(container);

  expect(report.outcome).toBe("uninstalled");
  expect(report.findings.find(({ code }) => code === "FEATURE_INSTALLED")?.hint).toContain(
    "sudo rm -rf /usr/local/bin/claude-credentials /usr/local/share/claude-credentials",
  );
  expect(await container.entry("~/.claude")).toMatchObject({ type: "directory", mode: "0700" });
  expect(await container.entry("~/.claude.json")).toMatchObject({ type: "regular file", mode: "0600" });
  expect(await container.entry("~/.claude/.credentials.json")).toMatchObject({ mode: "0600" });
  expect((await readLogin(container)).refreshToken === login.refreshToken, "another token").toBe(true);
  expect(await authStatus(container)).toMatchObject({ loggedIn: true, email: fake.account.email });
  expect(await ask(container, "hello")).toMatchObject({ exitCode: 0, stdout: "pong\n" });
  expect(await ours(container)).toBe("");
  expect(await project.git("status", "--porcelain", "--ignored")).toBe("");
  expect((await uninstall(container)).outcome).toBe("unchanged");

  await project.configure({ features: {} });
  const without = await project.rebuild();

  expect(await ours(without)).toBe("");
  expect(await without.entry("/usr/local/bin/claude-credentials")).toBeUndefined();
  expect(fake.tokens).toMatchObject({ refusedReuses: 0 });
});

it("with --keep-store the login outlives the container all the same, and the Feature finds it again", async () => {
  const fake = await fakeServers();
  const project = await createProject({ devcontainer: withClient(fake) });
  const first = await project.up();
  await logIn(first, fake);

  expect((await uninstall(first, "--keep-store")).outcome).toBe("uninstalled");
  expect(await authStatus(first)).toMatchObject({ loggedIn: true });

  const second = await project.rebuild();
  expect(await second.entry("~/.claude")).toMatchObject({ type: "symbolic link" });
  expect(await authStatus(second)).toMatchObject({ loggedIn: true, email: fake.account.email });
});
