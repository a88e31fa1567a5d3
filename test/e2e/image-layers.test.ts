import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { images } from "./support/base-images.ts";
import { withClient } from "./support/client.ts";
import { authStatus, fakeServers, logIn } from "./support/client-session.ts";
import { imageHolds } from "./support/image-search.ts";
import { createProject } from "./support/project.ts";

it("G01: no layer of an image that was built around a live login holds a token", async () => {
  const fake = await fakeServers();
  const project = await createProject({
    files: { ".devcontainer/Dockerfile": `FROM ${images.vscode}\n` },
    devcontainer: withClient(fake),
  });
  // The whole workspace, the store in it, is the context of the build.
  await project.configure({ image: undefined, build: { dockerfile: "Dockerfile", context: ".." } });
  const first = await project.up();
  await logIn(first, fake);
  await project.configure({ build: { dockerfile: "Dockerfile", context: "..", args: { AGAIN: "1" } } });

  const second = await project.rebuild();

  expect(await authStatus(second)).toMatchObject({ loggedIn: true });
  const image = await second.image();
  expect(await imageHolds(image, "CLAUDE_CREDENTIALS_VERSION="), "the Feature's own files are found").toBe(
    true,
  );
  expect(await imageHolds(image, fake.tokens.canary)).toBe(false);
  expect(await imageHolds(image, fake.account.email)).toBe(false);
});

it("G01: no layer of an image that was built around the API mode holds its token", async () => {
  const project = await createProject({
    files: { ".devcontainer/Dockerfile": `FROM ${images.vscode}\n` },
    devcontainer: {},
  });
  await project.configure({ image: undefined, build: { dockerfile: "Dockerfile", context: ".." } });
  const first = await project.up();
  const token = `sk-ant-api03-${randomBytes(24).toString("hex")}`;
  const set = 'exec claude-credentials env set --kind api-key --token-stdin --no-test "$@"';
  await first.sh(set, [], `${token}\n`);
  await project.configure({ build: { dockerfile: "Dockerfile", context: "..", args: { AGAIN: "1" } } });

  const second = await project.rebuild();

  expect(await second.read("~/.claude-code-env")).toContain(token);
  const image = await second.image();
  expect(await imageHolds(image, "CLAUDE_CREDENTIALS_VERSION=")).toBe(true);
  // Its first characters are those of every such key.
  expect(await imageHolds(image, token.slice(-40, -24))).toBe(false);
  expect(await imageHolds(image, token.slice(-20))).toBe(false);
});
