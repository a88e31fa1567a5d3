import { dirname } from "node:path";
import type { FileSystem, Owner } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import type { ApiKeyHelper } from "../env/mode-in-force.ts";
import { readSettings } from "../env/settings-env.ts";
import { errnoCode } from "../errors.ts";

/** A `settings.json` of Claude Code's, as far as the API mode goes. */
export interface SettingsFile {
  readonly path: string;
  /** Null where nothing is there. It may hold secrets. */
  readonly text: string | null;
  readonly mode: number | null;
  readonly owner: Owner | null;
  readonly env: ReadonlyMap<string, string>;
  readonly apiKeyHelper: ApiKeyHelper;
  /** Why nothing can be added to it; null where it can. */
  readonly trouble: string | null;
  /** Whether something may be written in its place: it can be read, and lies where it seems to. */
  readonly isOwn: boolean;
}

/** Bytes: far above any settings. */
const SETTINGS_LIMIT = 4 * 1024 * 1024;

/** The user's settings in a configuration directory. */
export function readSettingsFile(fs: FileSystem, config: string): SettingsFile {
  return readSettingsAt(fs, `${config}/settings.json`);
}

/** Settings at a path. A symlink is read through, as the client does, but nothing is to be written through it. */
export function readSettingsAt(fs: FileSystem, path: string): SettingsFile {
  const nothing = {
    ...{ path, text: null, mode: null, owner: null },
    ...{ env: new Map<string, string>(), apiKeyHelper: "absent" as const },
  };
  try {
    const real = fs.realpath(path);
    const stat = real === null ? null : fs.lstat(real);
    if (real === null || stat === null) {
      const isOwn = fs.lstat(path) === null;
      return { ...nothing, isOwn, trouble: isOwn ? null : "it is a symlink that leads to nothing" };
    }
    const bytes = readSmallFile(fs, real, SETTINGS_LIMIT) ?? Buffer.alloc(0);
    const text = bytes.toString("utf8");
    // Where it leads is somebody's collection of dotfiles, as often as not one that is published.
    const isOwn = dirname(real) === fs.realpath(dirname(path)) && isUtf8(bytes);
    const elsewhere = isOwn
      ? null
      : isUtf8(bytes)
        ? `it is a symlink to ${real}, where a token does not belong`
        : "it is no UTF-8 text";
    const here = { path, text, mode: stat.mode, owner: { uid: stat.uid, gid: stat.gid }, isOwn };
    const settings = readSettings(text);
    if (settings.state === "valid")
      return { ...here, env: settings.env, apiKeyHelper: settings.apiKeyHelper, trouble: elsewhere };
    return { ...nothing, ...here, trouble: `line ${settings.line.toString()}: it ${settings.why}` };
  } catch (error) {
    const code = errnoCode(error);
    if (code === undefined) throw error;
    return { ...nothing, isOwn: false, trouble: `it cannot be read (${code})` };
  }
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
