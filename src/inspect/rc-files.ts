import { dirname } from "node:path";
import type { FileSystem, Owner } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import type { RcKind } from "../env/section-texts.ts";
import { errnoCode } from "../errors.ts";
import type { ShellHomes } from "../options.ts";

/** A shell that may be on a machine. */
export type Shell = "bash" | "zsh" | "fish";

/** A startup file of a shell. */
export interface RcFile {
  readonly kind: RcKind;
  /** As the shell names it. */
  readonly path: string;
  /** Where it lies: symlinks are followed, never replaced. */
  readonly file: string;
  /** Its bytes in latin1; null where nothing is there. */
  readonly text: string | null;
  readonly mode: number;
  readonly owner: Owner | null;
  /** Directories that are to be made for it, the outermost first. */
  readonly missing: readonly string[];
  /** Why it cannot be written, or null. */
  readonly trouble: string | null;
}

/** Bytes: far above any startup file. */
const RC_LIMIT = 4 * 1024 * 1024;
const PROFILES = [".bash_profile", ".bash_login", ".profile"];

/**
 * The startup files that together reach every shell that is there, each in every way that it is started in: bash reads
 * one file as a login shell and another as an interactive one, zsh reads `.zshenv` always, fish all of its `conf.d`.
 */
export function inspectRcFiles(
  fs: FileSystem,
  home: string,
  { zdotdir, xdgConfig }: ShellHomes,
  shells: ReadonlySet<Shell>,
): RcFile[] {
  const profile = PROFILES.find((name) => isThere(fs, `${home}/${name}`)) ?? ".profile";
  // zsh reads ZDOTDIR's where that is set before it starts; else the home's, which may set it.
  const zshenv = `${home}/.zshenv`;
  const ofZsh = zdotdir === null || isThere(fs, zshenv) ? zshenv : `${zdotdir}/.zshenv`;
  const wanted: [RcKind, string, boolean][] = [
    ["bash", `${home}/.bashrc`, shells.has("bash")],
    ["profile", `${home}/${profile}`, true],
    ["zsh", ofZsh, shells.has("zsh")],
    ["fish", `${xdgConfig ?? `${home}/.config`}/fish/conf.d/claude-code.fish`, shells.has("fish")],
  ];
  return wanted.filter(([, , isWanted]) => isWanted).map(([kind, path]) => inspectRcFile(fs, kind, path));
}

function isThere(fs: FileSystem, path: string): boolean {
  try {
    return fs.lstat(path) !== null;
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return true;
  }
}

/** One startup file as it is; what keeps it from being read or written is its `trouble`. */
export function inspectRcFile(fs: FileSystem, kind: RcKind, path: string): RcFile {
  const nothing = { kind, path, file: path, text: null, mode: 0o644, owner: null, missing: [] };
  try {
    if (fs.lstat(path) === null) {
      const missing = missingParents(fs, path);
      const nearest = dirname(missing[0] ?? path);
      const trouble = fs.canWrite(nearest) ? null : `${nearest} cannot be written to`;
      return { ...nothing, missing, trouble };
    }
    const file = fs.realpath(path);
    const stat = file === null ? null : fs.lstat(file);
    if (file === null || stat === null)
      return { ...nothing, trouble: "it is a symlink that leads to nothing" };
    if (stat.type !== "file") return { ...nothing, file, trouble: `it is a ${stat.type}` };
    const text = readSmallFile(fs, file, RC_LIMIT)?.toString("latin1") ?? null;
    const owner = { uid: stat.uid, gid: stat.gid };
    // The new one takes its place by a rename.
    const trouble = fs.canWrite(dirname(file)) ? null : `${dirname(file)} cannot be written to`;
    return { kind, path, file, text, mode: stat.mode, owner, missing: [], trouble };
  } catch (error) {
    const code = errnoCode(error);
    if (code === undefined) throw error;
    return { ...nothing, trouble: `it cannot be read (${code})` };
  }
}

function missingParents(fs: FileSystem, path: string): string[] {
  const parent = dirname(path);
  return fs.stat(parent) === null && parent !== path ? [...missingParents(fs, parent), parent] : [];
}
