import { expect, it } from "vitest";
import { images } from "./support/base-images.ts";
import { testBed } from "./support/bed.ts";
import { statusOf } from "./support/checks.ts";
import { run } from "./support/command.ts";
import { madeUpLogin } from "./support/logins.ts";
import { createProject } from "./support/project.ts";

/** A named volume as a project had it before it took the Feature: the user's, with a login in it. */
async function volumeWith(name: string, credential: string): Promise<void> {
  const script = "cat > /v/.credentials.json && chmod 0600 /v/.credentials.json && chown -R 1000:1000 /v";
  const mount = ["--mount", `type=volume,source=${name},target=/v`];
  await run("docker", ["run", "--rm", "--interactive", ...mount, images.plain, "sh", "-c", script], {
    env: testBed().env,
    input: credential,
  });
}

it("a volume mounted at ~/.claude is left alone, and its login is live", async () => {
  const login = madeUpLogin("volume@example.com");
  await volumeWith("claude-config", login.credential);
  const mounts = ["source=claude-config,target=/home/vscode/.claude,type=volume"];
  const project = await createProject({ devcontainer: { mounts } });

  const first = await project.up();

  expect(await first.read("~/.claude/.credentials.json")).toBe(login.credential);
  expect(await first.sh('stat -c %m -- "$(readlink -f ~/.claude)"')).not.toBe("/\n");
  expect(await statusOf(first)).toMatchObject({ loggedIn: true, persistent: true, store: { kind: "mount" } });
  await first.writeAsClient("~/.claude.json", login.state);
  const second = await project.rebuild();

  expect(await second.read("~/.claude/.credentials.json")).toBe(login.credential);
  expect(JSON.parse(await second.read("~/.claude.json"))).toEqual(JSON.parse(login.state));
  expect(await statusOf(second)).toMatchObject({
    loggedIn: true,
    persistent: true,
    store: { kind: "mount" },
    account: { email: "volume@example.com" },
  });
  const elsewhere = await second.shAsRoot('grep -rlF -- "$1" /workspaces || true', [login.canary]);
  expect(elsewhere, "no copy of the login in the workspace").toBe("");
});
