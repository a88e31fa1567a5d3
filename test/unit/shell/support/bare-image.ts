import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { busyboxApplets, requireProgram, shells, type Shell } from "../../../support/shell.ts";
import { pinLine, standIn } from "./dist.ts";
import { feature, install, placeFeature } from "./feature.ts";
import { bundle, calls, options } from "./product.ts";
import { Sandbox } from "./sandbox.ts";

/** What fetching needs beside a program that fetches. */
const tools = ["gzip", "mktemp", "rmdir", "sha256sum", "tar", "timeout", "uname"];

export const privateNode = "/usr/local/lib/claude-credentials/node";

/** The architecture of this machine, as Node.js calls it. */
export const architecture = process.arch;

/** For what no shell makes a difference to. */
export const dash: Shell = (() => {
  const found = shells().find(({ name }) => name === "dash");
  if (found === undefined) throw new Error("no dash");
  return found;
})();

/** An image without a Node.js in which the stand-in is the one that is pinned. nodejs.org leads nowhere. */
export class BareImage {
  readonly sandbox: Sandbox;
  readonly #shell: Shell;

  /** @param fetchers the programs that fetch in it; a name with a path before it is a program of this machine */
  constructor(shell: Shell, fetchers: readonly string[] = ["curl"]) {
    this.#shell = shell;
    this.sandbox = new Sandbox(shell);
    placeFeature(this.sandbox);
    this.pin(pinLine(standIn, architecture));
    this.sandbox.file("/etc/hosts", "127.0.0.1 localhost nodejs.org\n");
    for (const name of [...tools, ...fetchers]) this.lend(name);
  }

  /** Makes `name` the shell's own applet where it is busybox, as the other tools are, else this machine's program. */
  lend(name: string, inside = `/usr/bin/${name}`): string {
    const { isBusybox, path } = this.#shell;
    const isApplet = isBusybox && busyboxApplets(path).has(name);
    return this.sandbox.lend(isApplet ? path : requireProgram(name), inside);
  }

  /** Makes `name` a file in `/lib` or `/lib64`, beside what programs of this machine load from there. */
  addLibrary(path: string): void {
    const folder = dirname(path);
    this.sandbox.remove(folder);
    for (const name of readdirSync(folder)) this.sandbox.lend(join(folder, name), join(folder, name));
    if (!this.sandbox.exists(path)) this.sandbox.file(path, "");
  }

  /** Makes `lines` the Feature's node.sha256. */
  pin(lines: string): void {
    this.sandbox.file(`${feature}/node.sha256`, lines);
  }

  /** Runs install.sh with the option nodeMirror; all that it printed is in `stderr`. */
  async install(mirror: string, env: Readonly<Record<string, string>> = {}) {
    return install(this.sandbox, { timeout: 60_000, env: { NODEMIRROR: mirror, ...env } });
  }

  /** The Node.js that options.env names. */
  chosen(): string | undefined {
    return /^CLAUDE_CREDENTIALS_NODE='(.*)'$/m.exec(this.sandbox.read(options))?.[1];
  }

  /** Everything of ours that is where a private Node.js goes. */
  left(): readonly string[] {
    const folder = "/usr/local/lib/claude-credentials";
    return this.sandbox.exists(folder) ? this.sandbox.list(folder) : [];
  }
}

/** The private Node.js is in its place, alone, and made the links; nothing was said. */
export function expectProvided(image: BareImage, result: unknown): void {
  expect(result).toEqual({ exitCode: 0, stdout: "", stderr: "", signal: undefined });
  expect(image.sandbox.read(privateNode)).toBe(standIn);
  expect(image.sandbox.mode(privateNode)).toBe(0o755);
  expect(image.left()).toEqual(["node"]);
  expect(image.chosen()).toBe(privateNode);
  expect(calls(image.sandbox)).toEqual([[privateNode, bundle, "install"]]);
}

/** One warning says `why` there is none, the build goes on, and nothing of a download is left or was run. */
export function expectNone(
  image: BareImage,
  result: { readonly exitCode?: number | undefined; readonly stderr: string },
  why: RegExp | string,
): void {
  expect(result.exitCode).toBe(0);
  expect(result.stderr).toMatch(
    /^claude-credentials: warning: RUNTIME_MISSING: no Node.js [^\n]+, and none was provided: [^\n]+\n {2}add "ghcr[^\n]+\n$/,
  );
  expect(result.stderr).toMatch(why);
  expect(image.left()).toEqual([]);
  expect(image.sandbox.list("/tmp")).toEqual(["dev-container-features"]);
  expect(image.chosen()).toBe("");
}
