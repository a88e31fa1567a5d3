import { beforeAll, describe, expect, it } from "vitest";
import { ensureBuilt } from "../../../scripts/build.ts";
import { shells, type Shell } from "../../support/shell.ts";
import { directory } from "../../support/tree.ts";
import { launcher } from "./support/product.ts";
import { isRoot, type Sandbox } from "./support/sandbox.ts";
import {
  BUILD,
  containerIn,
  everything,
  GIT,
  giveNode,
  HOME,
  hookWith,
  image,
  repository,
} from "./support/without-node.ts";

beforeAll(async () => {
  await ensureBuilt();
});

describe.runIf(isRoot).each(shells())("start without a Node.js under $name, with mounts", (shell: Shell) => {
  const given = { tree: { ...repository, ...image, "work/volume": directory(0o700) } };

  it("takes a volume for the store, as the full start does", async () => {
    const mounts = [["/work/volume", "/var/lib/claude-credentials"]] as const;
    const sandbox = containerIn(shell, given);
    expect(await hookWith(sandbox, mounts)).toMatchObject({ exitCode: 0 });
    const bundled = containerIn(shell, given);
    giveNode(bundled);
    expect(await hookWith(bundled, mounts)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(everything(sandbox)).toEqual(everything(bundled));
    expect(everything(sandbox)).toHaveProperty(["/work/volume/.claude-credentials"]);
    expect(await hookWith(sandbox, mounts)).toMatchObject({
      stdout: "claude-credentials: unchanged, login kept in /var/lib/claude-credentials\n",
      stderr: "",
    });
  });

  it("leaves a volume of another user alone", async () => {
    const sandbox = containerIn(shell, { ...given, foreign: ["/work/volume"] });
    const before = everything(sandbox);
    const result = await hookWith(sandbox, [["/work/volume", "/var/lib/claude-credentials"]]);
    expect(result).toMatchObject({ exitCode: 1, stdout: "" });
    expect(result.stderr).toContain("/var/lib/claude-credentials is no directory of yours");
    expect(everything(sandbox)).toEqual(before);
  });

  it.each([
    { at: `/${HOME}/.claude`, tree: { [`${HOME}/.claude`]: directory(0o700) } },
    { at: `/${BUILD}`, tree: image },
  ])("leaves a volume at $at alone, and links ~/.claude.json into it", async ({ at, tree }) => {
    const place = { tree: { ...repository, ...tree, "work/volume": directory(0o700) } };
    const mounts = [["/work/volume", at]] as const;
    const sandbox = containerIn(shell, place);
    expect(await hookWith(sandbox, mounts)).toMatchObject({ exitCode: 0 });
    const bundled = containerIn(shell, place);
    giveNode(bundled);
    expect(await hookWith(bundled, mounts)).toMatchObject({ exitCode: 0 });
    expect(everything(sandbox)).toEqual(everything(bundled));
    expect((await hookWith(sandbox, mounts)).stdout).toBe(
      `claude-credentials: unchanged, login kept in ${at}\n`,
    );
  });

  it("says of a store in memory that it does not outlive the container", async () => {
    const sandbox = containerIn(shell, given);
    const result = await hookWith(sandbox, [["tmpfs", "/var/lib/claude-credentials"]]);
    expect(result).toMatchObject({ exitCode: 1 });
    expect(result.stderr).toContain(
      "STORE_NOT_PERSISTENT: /var/lib/claude-credentials does not outlive the container",
    );
    expect(result.stdout).not.toContain("outlives rebuilds");
  });

  it("does not take a git directory on another file system for the store", async () => {
    const sandbox = containerIn(shell, { tree: { ...repository, ...image } });
    const result = await hookWith(sandbox, [
      ["tmpfs", "/work/project/.git", "echo >/work/project/.git/HEAD"],
    ]);
    expect(result).toMatchObject({ exitCode: 1, stdout: "" });
    expect(result.stderr).toContain("git must be asked");
  });

  it("finds mounts whose path has blanks and backslashes", async () => {
    const odd = "work/a b\\c";
    const sandbox = containerIn(shell, { tree: { [`${odd}/.git/HEAD`]: "", ...image } });
    const result = await hookWith(
      sandbox,
      [["tmpfs", `/${odd}`, `mkdir '/${odd}/.git' && echo >'/${odd}/.git/HEAD' && chown -R 1000 '/${odd}'`]],
      `/${odd}`,
    );
    expect(result.stderr).toContain(`STORE_NOT_PERSISTENT: /${odd}/.git/claude-credentials`);
  });
});

describe.runIf(isRoot).each(shells())("start without a Node.js under $name, as root", (shell: Shell) => {
  it("gives what it makes to whose workspace it is, as the full start does", async () => {
    const run = async (sandbox: Sandbox) =>
      sandbox.run([launcher, "start", "--workspace", "/work/project", "--strict"], {
        user: 0,
        env: { HOME: "/root" },
      });
    const sandbox = containerIn(shell, { tree: { ...repository, root: directory(0o700) } });
    expect(await run(sandbox)).toMatchObject({ exitCode: 0 });
    const bundled = containerIn(shell, { tree: { ...repository, root: directory(0o700) } });
    giveNode(bundled);
    expect(await run(bundled)).toMatchObject({ exitCode: 0 });
    expect(everything(sandbox)).toEqual(everything(bundled));
    expect(everything(sandbox)[`/${GIT}/.claude-credentials`]).toBe("1000 directory 0700");
    expect((await run(sandbox)).stdout).toContain("unchanged");
  });
});
