import { expect, it } from "vitest";
import { expectLogin, expectStore, logIn } from "./support/checks.ts";
import { run } from "./support/command.ts";
import { madeUpLogin } from "./support/logins.ts";
import { createProject } from "./support/project.ts";

it("a workspace folder whose name is a trap for shells works and springs nothing", async () => {
  const project = await createProject({ name: "we'ird $(touch PWNED) dir" });
  const first = await project.up();
  const login = madeUpLogin("dev@example.com");
  expect(first.workspaceFolder).toBe("/workspaces/we'ird $(touch PWNED) dir");

  await logIn(first, login);
  await first.remove();
  const second = await project.up();

  await expectLogin(second, login);
  await expectStore(second, `${second.workspaceFolder}/.git/claude-credentials`);
  const stopped = await second.stop().then(() => project.up());
  await expectLogin(stopped, login);
  expect(await stopped.shAsRoot("find / -xdev -name PWNED; find /workspaces -name PWNED")).toBe("");
  expect((await run("find", [process.cwd(), project.path, "-maxdepth", "2", "-name", "PWNED"])).stdout).toBe(
    "",
  );
});
