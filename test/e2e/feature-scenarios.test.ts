import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { testBed } from "./support/bed.ts";
import { attempt } from "./support/command.ts";
import { devcontainerProgram, repositoryRoot } from "./support/devcontainer.ts";

const features = join(repositoryRoot, "dist", "features");

it("the Feature's own tests pass under devcontainer features test", async () => {
  const file = join(features, "test", "claude-credentials", "scenarios.json");
  const scenarios = Object.keys(JSON.parse(readFileSync(file, "utf8")) as object);
  const image = ["--base-image", "mcr.microsoft.com/devcontainers/base:bookworm", "--remote-user", "vscode"];

  const result = await attempt(
    devcontainerProgram,
    ["features", "test", "--project-folder", features, ...image],
    { env: testBed().env, timeout: 600_000 },
  );

  const said = result.stdout + result.stderr;
  expect(result.exitCode, said).toBe(0);
  expect(scenarios.length).toBeGreaterThan(0);
  for (const scenario of scenarios) expect(said).toContain(`Passed:      '${scenario}'`);
  expect(said).not.toContain("Failed:");
}, 600_000);
