import { expect, test } from "vitest";
import { nodeFileSystem } from "../../../src/apply/node-file-system.ts";
import { findInstalledClient } from "../../../src/inspect/installed-client.ts";
import { buildTree, file, symlink, directory, type Tree } from "../../support/tree.ts";

const NPM = "lib/node_modules/@anthropic-ai/claude-code";

function manifest(name: string, version: unknown): string {
  return JSON.stringify({ name, version });
}

test.each<[string, Tree, string, string | null]>([
  [
    "npm's, on PATH",
    {
      "bin/claude": symlink(`../${NPM}/bin/claude.exe`),
      [`${NPM}/bin/claude.exe`]: file("", 0o755),
      [`${NPM}/package.json`]: manifest("@anthropic-ai/claude-code", "2.1.330"),
    },
    "bin/claude",
    "2.1.330",
  ],
  [
    "the native installer's",
    {
      "home/.local/bin/claude": symlink("../share/claude/versions/2.1.9"),
      "home/.local/share/claude/versions/2.1.9": file("", 0o755),
    },
    "home/.local/bin/claude",
    "2.1.9",
  ],
  [
    "the older local one",
    {
      "home/.claude/local/claude": file("#!/bin/sh\n", 0o755),
      "home/.claude/local/package.json": manifest("somebody", "1.0.0"),
    },
    "home/.claude/local/claude",
    null,
  ],
  [
    "one whose version is none",
    { "bin/claude": file("", 0o755), "bin/package.json": manifest("@anthropic-ai/claude-code", 7) },
    "bin/claude",
    null,
  ],
  [
    "one behind what is no program",
    {
      "bin/claude": file("", 0o644),
      "home/.local/bin/claude": file("", 0o755),
    },
    "home/.local/bin/claude",
    null,
  ],
])("of %s the version is told without starting it", (_, tree, path, version) => {
  const root = buildTree(tree);
  const found = findInstalledClient(nodeFileSystem, `relative:${root}/nothing:${root}/bin`, `${root}/home`);
  expect(found).toEqual({ path: `${root}/${path}`, version });
});

test("without any there is none", () => {
  const root = buildTree({ "bin/claude": directory(), "home/.local/bin/claude": symlink("nowhere") });
  expect(findInstalledClient(nodeFileSystem, `${root}/bin`, `${root}/home`)).toBeNull();
});
