import { beforeAll, describe, expect, it } from "vitest";
import { ensureBuilt } from "../../../scripts/build.ts";
import { shells, type Shell } from "../../support/shell.ts";
import { directory, file, symlink } from "../../support/tree.ts";
import {
  containerIn,
  everything,
  filled,
  GIT,
  giveNode,
  HOME,
  hook,
  image,
  repository,
  state,
  type State,
} from "./support/without-node.ts";
import { launcher } from "./support/product.ts";

beforeAll(async () => {
  await ensureBuilt();
});

/** What the shell does in part: the login is kept, and what it left is said. */
const partly: Readonly<Record<string, State & { readonly says: string; readonly stays: string }>> = {
  "a state file in the home": {
    tree: { ...repository, [`${HOME}/.claude.json`]: file(state) },
    says: "what is at ~/.claude.json stays as it is",
    stays: `/${HOME}/.claude.json`,
  },
  "a directory at ~/.claude.json": {
    tree: { ...repository, [`${HOME}/.claude.json`]: directory() },
    says: "what is at ~/.claude.json stays as it is",
    stays: `/${HOME}/.claude.json`,
  },
  "a link of somebody else's at ~/.claude.json": {
    tree: {
      ...repository,
      "work/state.json": file(state),
      [`${HOME}/.claude.json`]: symlink("/work/state.json"),
    },
    says: "what is at ~/.claude.json stays as it is",
    stays: `/${HOME}/.claude.json`,
  },
  "a state file for each container": {
    tree: { ...repository, ...image },
    perContainer: true,
    says: "what is at ~/.claude.json stays as it is (option 'perContainer')",
    stays: `/${HOME}/.claude.json`,
  },
};

describe.each(shells())("start without a Node.js under $name", (shell: Shell) => {
  it.each(Object.entries(partly))("links ~/.claude and says what it left: %s", async (_, given) => {
    const sandbox = containerIn(shell, given);
    const before = everything(sandbox);
    const result = await hook(sandbox, given, "--strict");
    expect(result).toMatchObject({ exitCode: 1 });
    expect(result.stderr).toContain(
      `RUNTIME_MISSING: there is no Node.js 18.19 or newer, and without one ${given.says}\n`,
    );
    expect((await hook(sandbox, given)).exitCode).toBe(0);
    const after = everything(sandbox);
    expect(after[`/${HOME}/.claude`]).toContain(`symlink /${GIT}/.claude-credentials`);
    expect(after[given.stays]).toBe(before[given.stays]);
    giveNode(sandbox);
    const full = await hook(sandbox, given, "--strict", "--json");
    expect(JSON.parse(full.stdout)).toMatchObject({ outcome: "persistent", store: { root: `/${GIT}` } });
  });
});

describe.each(shells())("start without a Node.js under $name", (shell: Shell) => {
  it("is done once by several at a time", async () => {
    for (let round = 0; round < 4; round += 1) {
      const given = { tree: { ...repository, ...image } };
      const sandbox = containerIn(shell, given);
      const all = await Promise.all([1, 2, 3].map(() => hook(sandbox, given, "--strict")));
      expect(all.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
      expect((await hook(sandbox, given, "--strict")).stdout).toContain("unchanged, login kept in");
    }
  });

  it("leaves to a Node.js that comes later a login that works, and nothing to complain of", async () => {
    const given = { tree: { ...repository, ...image, ...filled(GIT) } };
    const sandbox = containerIn(shell, given);
    await hook(sandbox, given);
    giveNode(sandbox);
    await hook(sandbox, given);
    const { stdout } = await sandbox.run([launcher, "status", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ loggedIn: true, persistent: true, store: { root: `/${GIT}` } },
      // The rules of the option `guard` take a Node.js at the image's build.
      findings: [{ code: "STORE_READABLE_BY_AGENT" }],
    });
  });
});

describe.each(shells().filter(({ isBusybox }) => !isBusybox))(
  "start without a Node.js and other programs under $name",
  (shell: Shell) => {
    it("does without ls and readlink what needs neither", async () => {
      const given = { tree: { ...repository, ...image } };
      const sandbox = containerIn(shell, given, ["ls", "readlink"]);
      const result = await hook(sandbox, given, "--strict");
      expect(result.stderr).toContain("what is at ~/.claude.json stays as it is");
      expect(everything(sandbox)[`/${HOME}/.claude`]).toContain(`symlink /${GIT}/.claude-credentials`);
    });

    it("says what it cannot do where a program is missing, and fails no container", async () => {
      for (const tool of ["ln", "mkdir"]) {
        const given = { tree: { ...repository } };
        const sandbox = containerIn(shell, given, [tool]);
        const result = await hook(sandbox, given);
        expect(result).toMatchObject({ exitCode: 0, stdout: "" });
        expect(result.stderr).toContain("RUNTIME_MISSING");
        expect(sandbox.exists("/home/dev/.claude")).toBe(false);
      }
    });
  },
);
