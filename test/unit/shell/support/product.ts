import { fileURLToPath } from "node:url";
import type { Sandbox } from "./sandbox.ts";

/** The folder of the shell parts in this checkout. */
export const sources = fileURLToPath(
  new URL("../../../../features/src/claude-credentials/", import.meta.url),
);
export const launcher = "/usr/local/bin/claude-credentials";
export const share = "/usr/local/share/claude-credentials";
export const bundle = `${share}/claude-credentials.mjs`;
export const options = `${share}/options.env`;
export const version = "1.2.3";

/** Where a stand-in for Node.js writes down how it was called. */
const record = "/tmp/calls";

/** Puts the launcher, a bundle and options.env where install.sh puts them; `node` is the Node.js found at build. */
export function placeProduct(sandbox: Sandbox, node: string, bundleText = "// the bundle\n"): void {
  sandbox.copy(`${sources}claude-credentials`, launcher, 0o755);
  sandbox.file(bundle, bundleText);
  placeOptions(sandbox, node);
}

/** Writes options.env as install.sh does, older than any stamp. */
export function placeOptions(sandbox: Sandbox, node: string, store = "''"): void {
  const lines = [
    `CLAUDE_CREDENTIALS_VERSION='${version}'`,
    `CLAUDE_CREDENTIALS_NODE='${node}'`,
    `CLAUDE_CREDENTIALS_OPTION_STORE=${store}`,
    "CLAUDE_CREDENTIALS_OPTION_PER_CONTAINER='false'",
    "CLAUDE_CREDENTIALS_OPTION_GUARD='true'",
    "CLAUDE_CREDENTIALS_OPTION_NOTICE='true'",
    "",
  ];
  sandbox.age(sandbox.file(options, lines.join("\n")), -500);
}

/**
 * Puts a stand-in for Node.js at `path`: it answers `--version` with `says` and runs `body` for everything else, after
 * it wrote down its own path and its arguments.
 */
export function placeNode(sandbox: Sandbox, path: string, says = "v20.1.0", body = ":"): string {
  const script = `#!/bin/sh
case \${1-} in --version) printf '%s\\n' '${says}'; exit 0 ;; esac
printf '%s\\0' "$0" "$@" CALL >>${record}
${body}
`;
  return sandbox.file(path, script, 0o755);
}

/** How the stand-ins were called: each call its path and its arguments. */
export function calls(sandbox: Sandbox): readonly (readonly string[])[] {
  if (!sandbox.exists(record)) return [];
  const words = sandbox.read(record).split("\0").slice(0, -1);
  const found: string[][] = [[]];
  for (const word of words) {
    if (word === "CALL") found.push([]);
    else found.at(-1)?.push(word);
  }
  return found.slice(0, -1);
}
