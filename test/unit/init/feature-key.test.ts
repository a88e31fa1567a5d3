import * as path from "node:path";
import { describe, expect, test } from "vitest";
import { featureIdOf, isLocalKey, isOciReference, localKey } from "../../../src/init/feature-key.ts";

describe("the id in a key", () => {
  test.each([
    ["./claude-credentials", "claude-credentials"],
    ["../claude-credentials/", "claude-credentials"],
    ["./.devcontainer/claude-credentials", "claude-credentials"],
    ["ghcr.io/owner/features/claude-credentials", "claude-credentials"],
    ["ghcr.io/owner/features/claude-credentials:1.2.3", "claude-credentials"],
    [`ghcr.io/owner/features/claude-credentials@sha256:${"0".repeat(64)}`, "claude-credentials"],
    ["GHCR.io/Owner/features/Claude-Credentials:1", "claude-credentials"],
    ["localhost:5000/acme/claude-credentials:1", "claude-credentials"],
    ["https://example.org/x/devcontainer-feature-claude-credentials.tgz", "claude-credentials"],
    ["ghcr.io/owner/features/claude-credentials-volume:1", "claude-credentials-volume"],
    ["ghcr.io/devcontainers/features/node:1", "node"],
    ["", ""],
  ])("%s is %s", (key, id) => {
    expect(featureIdOf(key)).toBe(id);
  });
});

test("a key names a folder only where it begins with a dot and a slash, or a slash", () => {
  expect(["./a", "../a", "/a", "a/b", ".a", "ghcr.io/a/b"].map(isLocalKey)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

describe("the key of a copy", () => {
  test.each([
    [
      "posix",
      path.posix,
      "/p/.devcontainer/devcontainer.json",
      "/p/.devcontainer/claude-credentials",
      "./claude-credentials",
    ],
    [
      "posix",
      path.posix,
      "/p/.devcontainer.json",
      "/p/.devcontainer/claude-credentials",
      "./.devcontainer/claude-credentials",
    ],
    [
      "posix",
      path.posix,
      "/p/.devcontainer/x/devcontainer.json",
      "/p/.devcontainer/claude-credentials",
      "../claude-credentials",
    ],
    [
      "win32",
      path.win32,
      "C:\\p q\\.devcontainer\\devcontainer.json",
      "C:\\p q\\.devcontainer\\claude-credentials",
      "./claude-credentials",
    ],
    [
      "win32",
      path.win32,
      "C:\\p\\.devcontainer.json",
      "C:\\p\\.devcontainer\\claude-credentials",
      "./.devcontainer/claude-credentials",
    ],
    [
      "win32",
      path.win32,
      "C:\\p\\.devcontainer\\x\\y\\devcontainer.json",
      "C:\\p\\.devcontainer\\claude-credentials",
      "../../claude-credentials",
    ],
  ])("%s: %#", (_, system, config, folder, key) => {
    expect(localKey(config, folder, system)).toBe(key);
  });
});

describe("a registry's reference", () => {
  test.each([
    "ghcr.io/owner/features/claude-credentials:1",
    "ghcr.io/owner/claude-credentials",
    "localhost:5000/acme/feats/claude-credentials:1.0.0",
    "registry:5000/acme/claude-credentials:latest",
    `ghcr.io/o/f/claude-credentials@sha256:${"a1".repeat(32)}`,
  ])("%s is one", (reference) => {
    expect(isOciReference(reference)).toBe(true);
  });

  test.each([
    "",
    "claude-credentials",
    "owner/claude-credentials:1",
    "ghcr.io/claude-credentials:1",
    "./claude-credentials",
    "https://ghcr.io/owner/claude-credentials:1",
    "ghcr.io/owner/claude-credentials:",
    "ghcr.io/owner/claude-credentials:a b",
    "ghcr.io/owner/claude-credentials:1:2",
    "ghcr.io/owner//claude-credentials:1",
    "ghcr.io/Owner/claude-credentials:1",
    "ghcr.io/owner/claude-credentials@sha256:12",
    "ghcr.io/owner/claude-credentials:1\n",
    'ghcr.io/owner/claude-credentials:1"',
  ])("%j is none", (reference) => {
    expect(isOciReference(reference)).toBe(false);
  });
});
