import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { onTestFinished } from "vitest";
import { runInit } from "../../../src/commands/init.ts";
import type { Context } from "../../../src/context.ts";
import { UserError } from "../../../src/errors.ts";
import { NOBODY_THERE } from "../../support/context.ts";

/** A fresh folder of its own for one test, removed when that is over. */
export function scratch(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "cc-init-")));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Writes a tree of files: names may have slashes in them. */
export function writeTree(root: string, files: Readonly<Record<string, string | Buffer>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  }
}

/** Every entry below `root`: type, mode and content or link text. Two equal ones mean that nothing differs. */
export function snapshot(root: string): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const name of readdirSync(root, { recursive: true, encoding: "utf8" }).sort()) {
    const file = path.join(root, name);
    const stats = lstatSync(file);
    const mode = (stats.mode & 0o7777).toString(8);
    if (stats.isSymbolicLink()) entries[name] = `symlink ${readlinkSync(file)}`;
    else if (stats.isDirectory()) entries[name] = `directory ${mode}`;
    else entries[name] = `file ${mode} ${readFileSync(file).toString("latin1")}`;
  }
  return entries;
}

export const MANIFEST = (id: string, version: string): string =>
  `${JSON.stringify({ id, version, name: id, options: {} }, null, 2)}\n`;

/** What a build would put beside the bundle, small. */
export function builtFiles(id = "claude-credentials", version = "1.0.0"): Record<string, string> {
  return {
    "devcontainer-feature.json": MANIFEST(id, version),
    "install.sh": "#!/bin/sh\necho installing\n",
    "claude-credentials": "#!/bin/sh\necho launching\n",
    "claude-credentials.mjs": `console.log("${version}");\n`,
    "README.md": "# The Feature\n",
  };
}

/** A build with the Features named, their scripts executable; `bundle` is the first one's. */
export function writeBuild(
  root: string,
  ids: readonly string[] = ["claude-credentials"],
  version = "1.0.0",
): { bundle: string } {
  for (const id of ids) {
    const folder = path.join(root, id);
    writeTree(folder, builtFiles(id, version));
    chmodSync(path.join(folder, "install.sh"), 0o755);
    chmodSync(path.join(folder, "claude-credentials"), 0o755);
  }
  return { bundle: path.join(root, ids[0] ?? "", "claude-credentials.mjs") };
}

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as the entry point would, with a context of its own. */
export async function run(cwd: string, bundle: string, ...args: string[]): Promise<Run> {
  let [out, err] = ["", ""];
  const context: Context = {
    env: {},
    cwd,
    version: "1.0.0",
    bundlePath: bundle,
    out: (text) => (out += text),
    err: (text) => (err += text),
    ...NOBODY_THERE,
  };
  const code = await runInit(args, context);
  return { code, out, err };
}

/** The refusal that the command ends with; fails the test where there is none. */
export async function refusal(cwd: string, bundle: string, ...args: string[]): Promise<UserError> {
  try {
    await run(cwd, bundle, ...args);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`init ${args.join(" ")} was not refused`);
}

/** A project folder and a build beside it. */
export function setUp(files: Readonly<Record<string, string | Buffer>> = {}): {
  project: string;
  bundle: string;
  root: string;
} {
  const root = scratch();
  const project = path.join(root, "project");
  mkdirSync(project);
  writeTree(project, files);
  return { root, project, ...writeBuild(path.join(root, "build")) };
}

export function read(...names: string[]): string {
  return readFileSync(path.join(...names), "utf8");
}
