import { expect, it } from "vitest";
import { images } from "./support/base-images.ts";
import { expectLogin, logIn } from "./support/checks.ts";
import { run } from "./support/command.ts";
import { imageHolds } from "./support/image-search.ts";
import { madeUpLogin } from "./support/logins.ts";
import { createProject, type Project, type ProjectOptions } from "./support/project.ts";

const developer = 1234;

/** A developer's project whose container runs as root and whose image is built from the whole workspace. */
const options: ProjectOptions = {
  owner: developer,
  files: { ".devcontainer/Dockerfile": `FROM ${images.plain}\nCOPY README.md /README.md\n` },
  devcontainer: { build: { dockerfile: "Dockerfile", context: ".." }, remoteUser: "root" },
};

const variants: readonly { store: string; repository: boolean }[] = [
  { store: ".git/claude-credentials", repository: true },
  { store: ".devcontainer.secrets", repository: false },
];

async function belongingToOthers(project: Project): Promise<string> {
  const foreign = ["-not", "(", "-uid", String(developer), "-gid", String(developer), ")"];
  return (await run("find", [project.path, ...foreign])).stdout;
}

it.each(variants.map(({ store, repository }) => [store, repository] as const))(
  "what a remote user root makes in %s belongs to the workspace's owner, whose next build works",
  async (store, repository) => {
    const project = await createProject({ ...options, repository });
    const login = madeUpLogin("dev@example.com");

    const first = await project.up();
    expect(first.user).toBe("root");
    expect(await first.realPath("~/.claude")).toBe(`${first.workspaceFolder}/${store}/.claude-credentials`);
    expect(await belongingToOthers(project)).toBe("");
    expect(project.entry(store)).toEqual({ uid: developer, mode: "0700" });

    const second = await project.rebuild();
    expect(second.id).not.toBe(first.id);
    expect(await belongingToOthers(project), "after the second up").toBe("");

    // What the client itself writes is root's, and no developer's build reads that: .dockerignore is for it.
    expect(second.upOutput).toContain("STORE_IN_BUILD_CONTEXT");
    await logIn(second, login);
    await project.write(".dockerignore", ".git\n.devcontainer.secrets\n");
    const third = await project.rebuild();
    expect(third.upOutput).not.toContain("STORE_IN_BUILD_CONTEXT");
    await expectLogin(third, login);
    expect(await imageHolds(await third.image(), login.canary)).toBe(false);
  },
);
