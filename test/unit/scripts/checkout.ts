import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { removeSync } from "fs-extra/esm";
import { onTestFinished } from "vitest";

const EXECUTABLE = [
  "features/src/claude-credentials/install.sh",
  "features/src/claude-credentials/entrypoint",
  "features/src/claude-credentials/claude-credentials",
];

const MINIMAL: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({
    name: "claude-credentials",
    version: "4.5.6",
    type: "module",
    config: { publicAddress: "registry.example/some/where" },
  }),
  "package-lock.json": "{}",
  "devcontainer-feature.json": JSON.stringify({
    id: "claude-credentials",
    version: "4.5.6",
    name: "A Feature",
    options: { colour: { type: "string", default: "blue", description: "What colour it has." } },
  }),
  LICENSE: "Do as you like.\n",
  "src/cli-entry.ts": "#!/usr/bin/env node\ndeclare const __VERSION__: string;\nconsole.log(__VERSION__);\n",
  "src/program.ts": "export {};\n",
  "src/libraries.ts": "export {};\n",
  "src/archive-libraries.ts": "export {};\n",
  "features/src/claude-credentials/install.sh": "#!/bin/sh\n",
  "features/src/claude-credentials/claude-credentials": "#!/bin/sh\n",
  "features/src/claude-credentials/entrypoint": "#!/bin/sh\n",
  "features/src/claude-credentials/fetch-node.sh": "# fetches\n",
  "features/src/claude-credentials/node.sha256": "0  node-v0.0.0-linux-x64/bin/node\n",
  "features/src/claude-credentials/without-node.sh": "# shellcheck shell=sh\n",
  "docs/findings.md": "# Findings\n",
  "features/src/claude-credentials/NOTES.md": "## What else to know\n",
  "features/test/claude-credentials/test.sh": "#!/bin/sh\n",
};

/** Writes `files` (relative path: content) below `root`; what must be executable is. */
export function writeTree(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    if (EXECUTABLE.includes(path)) chmodSync(join(root, path), 0o755);
  }
}

/** A new folder, removed when the test is over. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "claude-credentials-test-"));
  onTestFinished(() => {
    removeSync(folder);
  });
  return folder;
}

/** Makes `root` a checkout of the least that can be built, with `files` over it. */
export function fillCheckout(root: string, files: Readonly<Record<string, string>> = {}): void {
  writeTree(root, { ...MINIMAL, ...files });
}

/** A new such checkout, removed when the test is over. Returns its path. */
export function makeCheckout(files: Readonly<Record<string, string>> = {}): string {
  const root = makeFolder();
  fillCheckout(root, files);
  return root;
}
