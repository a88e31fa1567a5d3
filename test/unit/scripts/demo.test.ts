import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { copySync } from "fs-extra/esm";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { ROOT, buildFeatures, ensureBuilt } from "../../../scripts/build.ts";
import { makeCheckout, makeFolder, writeTree } from "./checkout.ts";

// Programs are started here, each a second or more where the machine is busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** No Docker daemon answers there; the person's own settings are no part of it. */
const NO_DOCKER = { DOCKER_HOST: "unix:///nonexistent.sock", DEMO_IMAGE: "", DOCKER_CONTEXT: undefined };

interface Run {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** What is left in the folder for temporary files. */
  readonly left: string[];
}

async function runDemo(root: string, env: Record<string, string | undefined> = {}): Promise<Run> {
  const scratch = makeFolder();
  const { exitCode, stdout } = await execa(process.execPath, [join(root, "scripts/demo.mjs")], {
    env: { ...NO_DOCKER, TMPDIR: scratch, ...env },
    reject: false,
    stdin: "ignore",
  });
  return { exitCode, stdout, left: readdirSync(scratch) };
}

/** A Feature that keeps nothing: `~/.claude` is a directory of the home and goes with it. */
const FORGETFUL = `
import { mkdirSync } from "node:fs";
const command = process.argv[2];
if (command === "install") mkdirSync(process.env["HOME"] + "/.claude");
if (command === "status") console.log(JSON.stringify({ loggedIn: false, persistent: false }));
`;

describe("the demo without Docker", () => {
  beforeAll(async () => {
    await ensureBuilt();
  });

  it("says so, proves that the login outlives the home, and leaves nothing behind", async () => {
    const { exitCode, stdout, left } = await runDemo(ROOT);
    expect(stdout).toContain("There is no Docker daemon here, so this is not a dev container.");
    expect(stdout).toContain("Still logged in.");
    expect(stdout).not.toContain("FAILED");
    expect(stdout).toMatch(/ok +login +fingerprint ([0-9a-f]{12}), mode 0600 \(before: \1\)/);
    expect(left).toEqual([]);
    expect(exitCode).toBe(0);
    // No token, and no colour where nobody's terminal is.
    expect(stdout).not.toContain("sk-ant-");
    expect(stdout).not.toContain("\u001b");
  });

  it("takes no login, store or variable of the person's own", async () => {
    const own = join(makeFolder(), "own");
    const { exitCode } = await runDemo(ROOT, {
      CLAUDE_CONFIG_DIR: own,
      CLAUDE_CREDENTIALS_STORE: own,
      ANTHROPIC_API_KEY: "x",
    });
    expect(exitCode).toBe(0);
    expect(existsSync(own)).toBe(false);
  });

  it("ends with 130 on Ctrl-C, with nothing left", async () => {
    const scratch = makeFolder();
    const demo = execa(process.execPath, [join(ROOT, "scripts/demo.mjs")], {
      env: { ...NO_DOCKER, TMPDIR: scratch },
      reject: false,
      stdin: "ignore",
    });
    demo.stdout.on("data", (text: Buffer) => {
      if (text.includes("The first home")) demo.kill("SIGINT");
    });
    const { exitCode, stdout } = await demo;
    expect(stdout).toContain("The demo was stopped by SIGINT.");
    expect(exitCode).toBe(130);
    expect(readdirSync(scratch)).toEqual([]);
  });

  it("fails where the login is lost", async () => {
    const root = makeCheckout({ "src/cli-entry.ts": FORGETFUL });
    copySync(join(ROOT, "scripts"), join(root, "scripts"));
    await buildFeatures(root);
    writeTree(root, { "node_modules/.package-lock.json": "{}" });
    const { exitCode, stdout, left } = await runDemo(root);
    expect(stdout).toMatch(/FAILED +login/);
    expect(exitCode).toBe(1);
    expect(left).toEqual([]);
  });
});
