import { basename, dirname, isAbsolute } from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { isErrno } from "../errors.ts";
import { parseObject } from "./credential.ts";
import { runProgram } from "./programs.ts";

/** The Claude Code that a terminal would start. */
export interface InstalledClient {
  /** As it is found, links not followed. */
  readonly path: string;
  /** Null where its files do not tell. */
  readonly version: string | null;
}

const VERSION = /^\d+\.\d+\.\d+/;
/** From `bin/claude` of a package up to its `package.json`. */
const LEVELS = 3;

/**
 * Finds `claude` on `path` (the variable `PATH`), then where its installers put it in the home, and tells its version by
 * its files: that of its npm package, or the name of the native installer's file (`~/.local/share/claude/versions/X`).
 * It is never started. What may not be looked at is passed over, as a shell does it.
 */
export function findInstalledClient(fs: FileSystem, path: string, home: string): InstalledClient | null {
  const ofHome = [`${home}/.local/bin`, `${home}/.claude/local`];
  // A timer's PATH is short.
  const folders = [...path.split(":").filter(isAbsolute), ...ofHome, "/usr/local/bin"];
  for (const folder of folders) {
    const found = `${folder}/claude`;
    const real = programAt(fs, found);
    if (real !== null) return { path: found, version: versionOf(fs, real) };
  }
  return null;
}

function programAt(fs: FileSystem, path: string): string | null {
  try {
    const real = fs.realpath(path);
    const stat = real === null ? null : fs.lstat(real);
    return stat?.type === "file" && (stat.mode & 0o111) !== 0 ? real : null;
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM")) return null;
    throw error;
  }
}

function versionOf(fs: FileSystem, real: string): string | null {
  const name = basename(real);
  if (basename(dirname(real)) === "versions" && VERSION.test(name)) return name;
  let folder = dirname(real);
  for (let level = 0; level < LEVELS; level += 1, folder = dirname(folder)) {
    const bytes = readSmallFile(fs, `${folder}/package.json`, 1024 * 1024);
    const manifest = bytes === null ? null : parseObject(bytes.toString("utf8"));
    const { name: called, version } = manifest ?? {};
    if (typeof called !== "string" || !called.startsWith("@anthropic-ai/claude-code")) continue;
    return typeof version === "string" && VERSION.test(version) ? version : null;
  }
  return null;
}

/** What is known of the client at a path; null where no program is there. */
export function clientAt(fs: FileSystem, path: string): InstalledClient | null {
  const real = programAt(fs, path);
  return real === null ? null : { path, version: versionOf(fs, real) };
}

/** Asks the client itself, which takes 0.13 s and looks at no login (facts C14); null where it does not say. */
export function askVersion(path: string, env: Readonly<Record<string, string | undefined>>): string | null {
  const { HOME = "/", PATH = "/usr/local/bin:/usr/bin:/bin" } = env;
  const { status, stdout } = runProgram(path, ["--version"], { env: { HOME, PATH } });
  return status === 0 ? (VERSION.exec(stdout)?.[0] ?? null) : null;
}
