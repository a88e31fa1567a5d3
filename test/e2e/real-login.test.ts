import { expect, it } from "vitest";
import { withClient } from "./support/client.ts";
import {
  ask,
  authStatus,
  fakeServers,
  logIn,
  ONBOARDING,
  openClient,
  PROMPT,
  quit,
  send,
  TRUST_QUESTION,
  trustFolder,
} from "./support/client-session.ts";
import { createProject } from "./support/project.ts";

it("A13: what the real client writes to ~/.claude.json is behind the link: after a rebuild it asks neither for trust nor for a login", async () => {
  const fake = await fakeServers();
  const project = await createProject({ devcontainer: withClient(fake) });
  const first = await project.up();
  expect(await authStatus(first)).toMatchObject({ loggedIn: false });
  await logIn(first, fake);
  const before = await openClient(first);
  await trustFolder(before);
  await quit(before);

  const second = await project.rebuild();

  expect(second.id).not.toBe(first.id);
  expect(await authStatus(second)).toMatchObject({ loggedIn: true, email: fake.account.email });
  const after = await openClient(second);
  expect(await after.waitFor([TRUST_QUESTION, ONBOARDING, PROMPT])).toBe(PROMPT);
  await send(after, "hello");
  await after.waitFor(["pong"]);
  await quit(after);
  for (const path of ["~/.claude", "~/.claude.json"]) {
    expect(await second.entry(path), path).toMatchObject({ type: "symbolic link" });
  }
  expect(fake.tokens).toMatchObject({ refreshes: 1, refusedReuses: 0 });
});

it("a state file that was cut short comes back from the client's own backup at the next start", async () => {
  const fake = await fakeServers();
  const project = await createProject({ devcontainer: withClient(fake) });
  const first = await project.up();
  await logIn(first, fake);
  // The client makes one backup a minute, by the time in its name.
  await first.sh("cd ~/.claude/backups && mv .claude.json.backup.* .claude.json.backup.1700000000000");
  const session = await openClient(first);
  await trustFolder(session);
  await quit(session);
  await first.sh("head -c 100 ~/.claude.json > ~/half && cat ~/half > ~/.claude.json");
  expect(await ask(first, "hello"), "the client does not start on half a file").toMatchObject({
    exitCode: 1,
  });

  const second = await project.rebuild();

  const state: unknown = JSON.parse(await second.read("~/.claude.json"));
  expect(state).toMatchObject({
    hasCompletedOnboarding: true,
    oauthAccount: { emailAddress: fake.account.email },
  });
  expect(await authStatus(second)).toMatchObject({ loggedIn: true, email: fake.account.email });
  const terminal = await openClient(second);
  expect(await terminal.waitFor([ONBOARDING, TRUST_QUESTION, PROMPT])).not.toBe(ONBOARDING);
});

it("a login made before any hook ran, by a user whose id was remapped, is kept by the first start", async () => {
  const fake = await fakeServers();
  const project = await createProject({ owner: 1234, devcontainer: withClient(fake) });
  const first = await project.up("--skip-post-create");
  await logIn(first, fake);
  const written = await first.read("~/.claude/.credentials.json");
  expect(await first.realPath("~/.claude/.credentials.json")).not.toContain(first.workspaceFolder);

  const start = await first.claudeCredentials("start", "--strict", "--workspace", first.workspaceFolder);

  expect(start).toMatchObject({ exitCode: 0 });
  const stored = ".git/claude-credentials/.claude-credentials/.credentials.json";
  expect(project.entry(stored)).toEqual({ uid: 1234, mode: "0600" });
  expect(project.read(stored) === written, "the store has what the client wrote").toBe(true);
  const second = await project.rebuild();
  expect(await authStatus(second)).toMatchObject({ loggedIn: true, email: fake.account.email });
  expect(fake.tokens).toMatchObject({ refreshes: 1, refusedReuses: 0 });
});

it("without the Feature a rebuild loses the login and brings the onboarding back", async () => {
  const fake = await fakeServers();
  const project = await createProject({ feature: "none", devcontainer: withClient(fake) });
  await logIn(await project.up(), fake);

  const second = await project.rebuild();

  expect(await authStatus(second)).toMatchObject({ loggedIn: false });
  expect(await ask(second, "hello")).not.toMatchObject({ exitCode: 0 });
  const terminal = await openClient(second);
  expect(await terminal.waitFor([TRUST_QUESTION, ONBOARDING, PROMPT])).toBe(ONBOARDING);
});
