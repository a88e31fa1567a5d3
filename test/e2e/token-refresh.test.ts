import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { withClient } from "./support/client.ts";
import { ask, fakeServers, logIn, readLogin } from "./support/client-session.ts";
import { createProject } from "./support/project.ts";

it("A12: a token that the real client refreshed is in the store and survives every next rebuild", async () => {
  const fake = await fakeServers();
  const project = await createProject({ devcontainer: withClient(fake) });
  const first = await project.up();
  fake.setAccessTokenSeconds(5);
  await logIn(first, fake);
  const login = await readLogin(first);
  await sleep(Math.max(0, login.expiresAt - Date.now()) + 500);
  fake.setAccessTokenSeconds(8 * 3600);
  const refreshesBefore = fake.tokens.refreshes;

  expect(await ask(first, "hello")).toMatchObject({ exitCode: 0, stdout: "pong\n" });

  expect(fake.tokens.refreshes).toBe(refreshesBefore + 1);
  const refreshed = await readLogin(first);
  expect(refreshed.refreshToken === login.refreshToken, "the refresh token is still the spent one").toBe(
    false,
  );
  expect(fake.tokens.isUnused(refreshed.refreshToken)).toBe(true);
  const stored = ".git/claude-credentials/.claude-credentials/.credentials.json";
  expect(await first.realPath("~/.claude/.credentials.json")).toBe(`${first.workspaceFolder}/${stored}`);
  expect(project.entry(stored)).toEqual({ uid: 1000, mode: "0600" });

  const second = await project.rebuild();
  const third = await project.rebuild();

  expect(third.id).not.toBe(second.id);
  expect(
    (await readLogin(third)).refreshToken === refreshed.refreshToken,
    "another token after the rebuild",
  ).toBe(true);
  expect(await ask(third, "hello")).toMatchObject({ exitCode: 0, stdout: "pong\n" });
  expect(fake.tokens).toMatchObject({ refreshes: refreshesBefore + 1, refusedReuses: 0 });
});

it("a rebuilt container refreshes in its turn, with the token of the one before", async () => {
  const fake = await fakeServers();
  const project = await createProject({ devcontainer: withClient(fake) });
  fake.setAccessTokenSeconds(5);
  const first = await project.up();
  await logIn(first, fake);
  const second = await project.rebuild();
  await sleep(Math.max(0, (await readLogin(second)).expiresAt - Date.now()) + 500);

  expect(await ask(second, "hello")).toMatchObject({ exitCode: 0, stdout: "pong\n" });

  expect(fake.tokens.refusedReuses).toBe(0);
  expect(fake.tokens.isUnused((await readLogin(second)).refreshToken)).toBe(true);
});
