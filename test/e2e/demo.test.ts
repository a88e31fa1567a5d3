import { mkdtempSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { removeSync } from "fs-extra/esm";
import { beforeEach, expect, it, onTestFinished } from "vitest";
import { images } from "./support/base-images.ts";
import { testBed } from "./support/bed.ts";
import { attempt, run } from "./support/command.ts";
import { repositoryRoot } from "./support/devcontainer.ts";

/** Everything in the daemon that a demo could leave behind: containers, images with their layers, volumes. */
async function listDaemon(): Promise<string> {
  const { env } = testBed();
  const lists = [
    ["ps", "--all", "--format", "{{.Names}}"],
    ["images", "--all", "--format", "{{.ID}} {{.Repository}}:{{.Tag}}"],
    ["volume", "ls", "--format", "{{.Name}}"],
  ];
  const outputs = await Promise.all(lists.map((args) => run("docker", args, { env })));
  return outputs.map(({ stdout }) => stdout.split("\n").sort().join("\n")).join("\n\n");
}

// Other cases leave the CLI's scratch image, which the demo's build would take the name of.
beforeEach(async () => {
  await attempt("docker", ["rmi", "--no-prune", "dev_container_feature_content_temp"], {
    env: testBed().env,
  });
});

function startDemo() {
  const { env } = testBed();
  const scratch = mkdtempSync(join(env["TMPDIR"] ?? "", "demo-"));
  onTestFinished(() => {
    removeSync(scratch);
  });
  const demo = execa(process.execPath, [join(repositoryRoot, "scripts/demo.mjs")], {
    env: { ...env, TMPDIR: scratch, DEMO_IMAGE: images.vscode },
    stdin: "ignore",
    reject: false,
  });
  return { demo, scratch };
}

it("the demo proves on a real dev container that the login outlives a rebuild, and leaves nothing", async () => {
  const before = await listDaemon();
  const { demo, scratch } = startDemo();
  const { exitCode, stdout } = await demo;
  expect(stdout).toContain("In a real dev container");
  expect(stdout).toContain("Still logged in.");
  expect(stdout).not.toContain("FAILED");
  expect(stdout).not.toContain("sk-ant-");
  expect(exitCode, stdout).toBe(0);
  expect(readdirSync(scratch)).toEqual([]);
  expect(await listDaemon()).toBe(before);
});

it("the demo leaves nothing where it is stopped in the middle of a build", async () => {
  const before = await listDaemon();
  const { demo, scratch } = startDemo();
  demo.stdout.on("data", (text: Buffer) => {
    if (text.includes("$ devcontainer up")) void sleep(1500).then(() => demo.kill("SIGINT"));
  });
  const { exitCode, stdout } = await demo;
  expect(stdout).toContain("The demo was stopped by SIGINT.");
  expect(exitCode, stdout).toBe(130);
  expect(readdirSync(scratch)).toEqual([]);
  expect(await listDaemon()).toBe(before);
});
