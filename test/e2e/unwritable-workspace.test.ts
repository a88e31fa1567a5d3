import { expect, it } from "vitest";
import { images } from "./support/base-images.ts";
import { expectLogin, expectStore, logIn, statusOf } from "./support/checks.ts";
import { madeUpLogin } from "./support/logins.ts";
import { createProject } from "./support/project.ts";

// The developer is root on the host, so the workspace is root's, and the remote user cannot make anything in it.

it("a workspace that the remote user cannot write to gets its store with sudo", async () => {
  const project = await createProject({ owner: 0, repository: false });
  const first = await project.up();
  const login = madeUpLogin("dev@example.com");

  await logIn(first, login);
  const second = await project.rebuild();

  await expectLogin(second, login);
  await expectStore(second, `${second.workspaceFolder}/.devcontainer.secrets`);
  expect(project.entry("README.md"), "nothing else changes hands").toMatchObject({ uid: 0 });
});

it("without sudo the container works, its login is live, and what to do is said", async () => {
  const project = await createProject({
    owner: 0,
    repository: false,
    devcontainer: { image: images.withoutSudo, postStartCommand: "touch /tmp/the-users-own-hook-ran" },
  });
  const container = await project.up();
  const login = madeUpLogin("dev@example.com");

  expect(container.upOutput).toContain("STORE_NOT_WRITABLE");
  expect(container.upOutput).toContain(container.workspaceFolder);
  expect(await container.entry("/tmp/the-users-own-hook-ran")).toBeDefined();
  await logIn(container, login);
  await container.stop();
  const again = await project.up();

  await expectLogin(again, login);
  expect(await statusOf(again)).toMatchObject({ loggedIn: true, persistent: false });
  const strict = await again.claudeCredentials("start", "--strict", "--workspace", again.workspaceFolder);
  expect(strict.exitCode).toBe(1);
});
