import { expect, it } from "vitest";
import { build, images } from "./support/base-images.ts";
import { testBed } from "./support/bed.ts";
import { expectLogin, logIn } from "./support/checks.ts";
import { madeUpLogin } from "./support/logins.ts";
import { createProject } from "./support/project.ts";

/** An image with files in the remote user's ~/.claude, by their path below it. */
async function imageWith(tag: string, files: Readonly<Record<string, string>>): Promise<string> {
  const lines = Object.entries(files).flatMap(([path, text]) => {
    const file = `/home/vscode/.claude/${path}`;
    const encoded = Buffer.from(text).toString("base64");
    return [
      `RUN mkdir -p "$(dirname ${file})" && echo ${encoded} | base64 -d > ${file} && chmod 0600 ${file}`,
    ];
  });
  const dockerfile = [`FROM ${images.vscode}`, "USER vscode", ...lines, "USER root", ""].join("\n");
  await build(tag, dockerfile, testBed().env);
  return tag;
}

it("files that the image has in ~/.claude reach the store, and a newer image's never replace the user's", async () => {
  const project = await createProject({
    devcontainer: {
      image: await imageWith("with-files:one", {
        "settings.json": '{"theme":"of the first image"}',
        "CLAUDE.md": "Notes of the first image\n",
        "commands/review.md": "Review of the first image\n",
      }),
    },
  });
  const first = await project.up();
  const store = ".git/claude-credentials/.claude-credentials";
  const login = madeUpLogin("dev@example.com");

  expect(project.read(`${store}/settings.json`)).toBe('{"theme":"of the first image"}');
  expect(project.read(`${store}/commands/review.md`)).toBe("Review of the first image\n");
  expect(await first.read("~/.claude/CLAUDE.md")).toBe("Notes of the first image\n");

  await logIn(first, login);
  await first.writeAsClient("~/.claude/settings.json", '{"theme":"of the user"}');
  const secondImage = await imageWith("with-files:two", {
    "settings.json": '{"theme":"of the second image"}',
    "CLAUDE.md": "Notes of the second image\n",
    "agents/tester.md": "An agent that only the second image has\n",
  });
  await project.configure({ image: secondImage });
  const second = await project.rebuild();

  await expectLogin(second, login);
  expect(await second.read("~/.claude/settings.json")).toBe('{"theme":"of the user"}');
  expect(await second.read("~/.claude/CLAUDE.md")).toBe("Notes of the first image\n");
  expect(await second.read("~/.claude/commands/review.md")).toBe("Review of the first image\n");
  expect(await second.read("~/.claude/agents/tester.md")).toBe("An agent that only the second image has\n");
});

it("a login that the image holds is live after the first start, and reported as the leak that it is", async () => {
  const login = madeUpLogin("baked@example.com");
  const image = await imageWith("with-files:login", { ".credentials.json": login.credential });
  const project = await createProject({ devcontainer: { image } });

  const container = await project.up();

  expect(await container.read("~/.claude/.credentials.json")).toBe(login.credential);
  expect(container.upOutput).toContain("IMAGE_HOLDS_CREDENTIAL");
  expect(container.upOutput).not.toContain(login.canary);
  const copies = await container.shAsRoot('grep -rlF -- "$1" /home /usr/local /var /etc || true', [
    login.canary,
  ]);
  expect(copies).toBe("");
});
