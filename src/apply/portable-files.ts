import { errnoCode } from "../errors.ts";
import { loginFactsText, parseStateFile } from "../plan/decide-state.ts";
import { SETTINGS_NAMES } from "../plan/config-entries.ts";
import { STATE_NAME } from "../plan/plan-merge.ts";
import { portableSettings } from "../plan/portable-settings.ts";
import type { FileSystem } from "./file-system.ts";
import { readSmallFile } from "./transfer.ts";

export interface PortableSource {
  readonly fs: FileSystem;
  /** Where the settings are. */
  readonly directory: string;
  /** Where the state file lies that names the account. */
  readonly state: string;
  /** The variables that `env set` keeps. */
  readonly managed: ReadonlySet<string>;
}

/** What of a configuration directory may go elsewhere, beside the credential. */
export interface PortableFiles {
  /** Texts by file name. */
  readonly texts: ReadonlyMap<string, string>;
  /** The names of settings that are none or cannot be read. */
  readonly leftOut: readonly string[];
}

const LIMIT = 16 * 1024 * 1024;

/** Reads the settings without secrets, and the account with its onboarding. Changes nothing. */
export function readPortableFiles({ fs, directory, state, managed }: PortableSource): PortableFiles {
  const texts = new Map<string, string>();
  const leftOut: string[] = [];
  for (const name of SETTINGS_NAMES) {
    const path = `${directory}/${name}`;
    if (isAbsent(fs, path)) continue;
    const text = readText(fs, path);
    const portable = text === null ? null : portableSettings(text, managed);
    if (portable === null) leftOut.push(name);
    else texts.set(name, portable);
  }
  const known = parseStateFile(readText(fs, state));
  if (known.state === "valid") texts.set(STATE_NAME, loginFactsText(known.document));
  return { texts, leftOut };
}

function isAbsent(fs: FileSystem, path: string): boolean {
  try {
    return fs.stat(path) === null;
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return false;
  }
}

/** Null where there is none, or none that may be read. */
function readText(fs: FileSystem, path: string): string | null {
  try {
    const real = fs.realpath(path);
    return real === null ? null : (readSmallFile(fs, real, LIMIT)?.toString("utf8") ?? null);
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return null;
  }
}
