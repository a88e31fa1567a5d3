import { chmodSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { run, setUp } from "./fixture.ts";

const require = createRequire(import.meta.url);
const CLI = path.join(path.dirname(require.resolve("@devcontainers/cli/package.json")), "devcontainer.js");

interface Resolved {
  featuresConfiguration: {
    featureSets: { sourceInformation: { resolvedFilePath: string }; features: { id: string }[] }[];
  };
}

/** What `@devcontainers/cli` makes of a configuration. It asks Docker for running containers: there are none. */
async function resolve(root: string, project: string, config: string): Promise<Resolved> {
  const docker = path.join(root, "docker");
  writeFileSync(docker, "#!/bin/sh\nexit 0\n");
  chmodSync(docker, 0o755);
  const args = ["--include-features-configuration", "--docker-path", docker, "--workspace-folder", project];
  const { stdout } = await execa(process.execPath, [
    CLI,
    "read-configuration",
    ...args,
    "--config",
    path.join(project, config),
  ]);
  return JSON.parse(stdout) as Resolved;
}

describe("the devcontainer CLI finds the copy", () => {
  test.each([
    [
      "a file with a byte order mark",
      ".devcontainer/devcontainer.json",
      '\uFEFF// x\r\n{ "image": "x", }\r\n',
    ],
    ["one at the top", ".devcontainer.json", '{ "image": "x" }'],
    ["one of several", ".devcontainer/a b/devcontainer.json", '{ "image": "x" }'],
    ["one further down", ".devcontainer/a/b/devcontainer.json", '{ "image": "x" }'],
  ])("%s", async (_, config, content) => {
    const { root, project, bundle } = setUp({ [config]: content });
    await run(project, bundle, config);
    const { featuresConfiguration } = await resolve(root, project, config);
    expect(featuresConfiguration.featureSets).toHaveLength(1);
    expect(featuresConfiguration.featureSets[0]?.sourceInformation.resolvedFilePath).toBe(
      path.join(project, ".devcontainer", "claude-credentials"),
    );
    expect(featuresConfiguration.featureSets[0]?.features[0]?.id).toBe("claude-credentials");
  });
});
