import { statSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { ensureBuilt } from "../../../scripts/build.ts";
import { shells, type Shell } from "../../support/shell.ts";
import { directory, file, symlink, type Tree } from "../../support/tree.ts";
import { feature, install, manifest, placeFeature } from "./support/feature.ts";
import { isRoot, type Sandbox, userId } from "./support/sandbox.ts";
import {
  BUILD,
  containerIn,
  everything,
  giveNode,
  HOME,
  hook,
  image,
  login,
  placeBuilt,
} from "./support/without-node.ts";

const USER = { _REMOTE_USER: "dev", _REMOTE_USER_HOME: "/home/dev", HOME: "/root" };

/** An image in the making, whose home is as `tree` says. */
function imageOf(shell: Shell, tree: Tree): Sandbox {
  const sandbox = containerIn(shell, { tree });
  placeFeature(sandbox);
  const id = userId.toString();
  sandbox.file("/etc/passwd", `root:x:0:0::/root:/bin/sh\ndev:x:${id}:${id}:A, B:/home/dev:/bin/sh\n`);
  return sandbox;
}

beforeAll(async () => {
  await ensureBuilt();
});

describe.each(shells())("install.sh without a Node.js under $name", (shell: Shell) => {
  it.each<[string, Tree]>([
    ["nothing in the home", {}],
    ["a ~/.local that others have made", { [`${HOME}/.local/bin`]: directory(0o750) }],
    ["a ~/.claude with nothing in it", { [`${HOME}/.claude`]: directory() }],
    ["the links, as an earlier installation left them", image],
  ])("makes the image's links as with one: %s", async (_, tree) => {
    const sandbox = imageOf(shell, tree);
    const result = await install(sandbox, { env: USER });
    expect(result).toMatchObject({ exitCode: 0, stdout: "" });
    expect(result.stderr).toMatch(/^claude-credentials: warning: RUNTIME_MISSING: [^\n]+\n {2}[^\n]+\n$/);
    const {
      [`/${HOME}/.claude`]: link,
      [`/${HOME}/.claude.json`]: state,
      [`/${BUILD}`]: store,
    } = everything(sandbox);
    expect({ link, state, store }).toEqual({
      link: `${userId.toString()} symlink /${BUILD}`,
      state: `${userId.toString()} symlink /${BUILD}/.claude.json`,
      store: `${userId.toString()} directory 0700`,
    });
    const made = everything(sandbox);
    await install(sandbox, { env: USER });
    expect(everything(sandbox)).toEqual(made);

    // The first start with a Node.js finds what its own installation would have left.
    placeBuilt(sandbox);
    giveNode(sandbox);
    sandbox.own(sandbox.file("/work/project/.git/HEAD", "ref: refs/heads/main\n"));
    sandbox.own("/work/project/.git");
    const { stdout } = await hook(sandbox, { tree }, "--strict", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "persistent", findings: [] });
  });

  it.each(["volume", "shared"])(
    "leads the links of the %s variant to where its volume will be",
    async (variant) => {
      const sandbox = imageOf(shell, {});
      sandbox.file(
        `${feature}/devcontainer-feature.json`,
        manifest.replace('"id": "claude-credentials"', `"id": "claude-credentials-${variant}"`),
      );
      await install(sandbox, { env: USER });
      const store = "/var/lib/claude-credentials";
      const found = everything(sandbox);
      expect(found[`/${HOME}/.claude`]).toBe(`${userId.toString()} symlink ${store}/.claude-credentials`);
      expect(`/${HOME}/.claude.json` in found).toBe(variant === "volume");
      expect(found[`/${BUILD}`]).toBeUndefined();
      for (const path of [store, `${store}/.claude-credentials`]) {
        expect(sandbox.mode(path)).toBe(0o700);
        expect(statSync(sandbox.path(path)).uid).toBe(userId);
      }
    },
  );

  it.each<[string, Tree, string]>([
    ["a ~/.claude that holds something", { [`${HOME}/.claude/.credentials.json`]: file(login) }, ".claude"],
    ["a link of somebody else's", { [`${HOME}/.claude`]: symlink("/etc") }, ".claude"],
    ["a ~/.claude.json", { [`${HOME}/.claude.json`]: file("{}") }, ".claude.json"],
  ])("leaves and says what is there already: %s", async (_, tree, name) => {
    const sandbox = imageOf(shell, tree);
    const before = everything(sandbox);
    const result = await install(sandbox, { env: USER });
    expect(result).toMatchObject({ exitCode: 0, stdout: "" });
    expect(result.stderr).toContain(
      `warning: the links of the image are not all made: what is at ~/${name} stays as it is\n`,
    );
    expect(everything(sandbox)).toMatchObject(before);
  });

  it("follows no link out of the home", async () => {
    const sandbox = imageOf(shell, { [`${HOME}/.local`]: symlink("/work") });
    const result = await install(sandbox, { env: USER });
    expect(result.stderr).toContain(`/${BUILD} could not be made`);
    expect(sandbox.list("/work")).toEqual(["project"]);
  });

  it.runIf(isRoot)(
    "takes the home's owner where no remote user is named, and nobody where he is not known",
    async () => {
      const byHand = imageOf(shell, {});
      await install(byHand, { env: { HOME: "/home/dev" } });
      expect(everything(byHand)[`/${HOME}/.claude`]).toBe(`${userId.toString()} symlink /${BUILD}`);
      const unknown = imageOf(shell, {});
      const result = await install(unknown, { env: { ...USER, _REMOTE_USER: "nobody-there" } });
      expect(result).toMatchObject({ exitCode: 0 });
      expect(result.stderr).toContain("the remote user is not in /etc/passwd");
      expect(unknown.list("/home/dev")).toEqual([]);
    },
  );

  it("is not stopped by a caller that has the shell stop at every failure", async () => {
    const sandbox = imageOf(shell, { [`${HOME}/.claude/x`]: "" });
    const script = `cd '${feature}' && exec /bin/sh -eu ./install.sh`;
    const result = await sandbox.run(["/bin/sh", "-c", script], { user: 0, env: USER });
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toContain("what is at ~/.claude stays as it is");
  });

  it("leaves ~/.claude.json to each container with perContainer", async () => {
    const sandbox = imageOf(shell, {});
    await install(sandbox, { env: { ...USER, PERCONTAINER: "true" } });
    expect(sandbox.list("/home/dev")).toEqual([".claude", ".local"]);
  });
});
