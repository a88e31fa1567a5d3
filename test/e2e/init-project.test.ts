import { expect, it } from "vitest";
import { images } from "./support/base-images.ts";
import { expectLogin, expectStore, logIn } from "./support/checks.ts";
import { asDeveloper } from "./support/developer.ts";
import { commandOnHost } from "./support/feature.ts";
import { madeUpLogin } from "./support/logins.ts";
import { createProject } from "./support/project.ts";

const configuration = `{
  // The team's image.
  "image": "${images.vscode}",
  "remoteUser": "vscode",
  "runArgs": ["--network=host"],
}
`;

it("a project that init added the Feature to keeps its login over a rebuild", async () => {
  const project = await createProject({
    feature: "none",
    files: { ".devcontainer/devcontainer.json": configuration },
  });
  const init = [process.execPath, commandOnHost(), "init", project.path];

  const added = await asDeveloper(project.owner, init);
  expect(added.exitCode, added.stderr).toBe(0);
  expect(project.read(".devcontainer/devcontainer.json")).toContain("// The team's image.");
  await project.git("add", "--all");
  await project.git("commit", "--quiet", "--message=Keep the login");
  expect((await asDeveloper(project.owner, init)).exitCode).toBe(0);
  expect(await project.git("status", "--porcelain"), "a second init changes nothing").toBe("");

  const first = await project.up();
  const login = madeUpLogin("dev@example.com");
  await logIn(first, login);
  const second = await project.rebuild();

  await expectLogin(second, login);
  await expectStore(second, `${second.workspaceFolder}/.git/claude-credentials`);
  expect(await project.git("status", "--porcelain")).toBe("");
});
