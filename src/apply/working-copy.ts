import { errnoCode } from "../errors.ts";
import { pickLoginFacts, parseStateFile } from "../plan/decide-state.ts";
import { CREDENTIAL_NAME, STATE_NAME } from "../plan/plan-merge.ts";
import { portableSettings } from "../plan/portable-settings.ts";
import type { FileSystem } from "./file-system.ts";
import { readSmallFile, withOpen, writeAll } from "./transfer.ts";

export interface WorkingCopy {
  readonly fs: FileSystem;
  /** The new configuration directory; there is nothing at its path. */
  readonly config: string;
  /** Where the settings are. */
  readonly directory: string;
  /** Where the state file lies that names its account. */
  readonly state: string;
  /** The variables that `env set` keeps. */
  readonly managed: ReadonlySet<string>;
  /** The text of a credential without a refresh token; null where none is to be in it. */
  readonly credential: string | null;
}

const LIMIT = 16 * 1024 * 1024;
const SETTINGS = ["settings.json", "settings.local.json"] as const;

/**
 * Makes a private configuration directory: settings, the account and its onboarding, and nothing else of anybody's.
 * @returns the names of settings that are none or cannot be read, which were left out
 */
export function makeWorkingCopy(copy: WorkingCopy): string[] {
  const { fs, config, directory, state, managed, credential } = copy;
  fs.mkdir(config, 0o700);
  const leftOut: string[] = [];
  for (const name of SETTINGS) {
    const path = `${directory}/${name}`;
    if (isAbsent(fs, path)) continue;
    const text = readText(fs, path);
    const portable = text === null ? null : portableSettings(text, managed);
    if (portable === null) leftOut.push(name);
    else write(fs, `${config}/${name}`, portable);
  }
  const known = parseStateFile(readText(fs, state));
  if (known.state === "valid")
    write(fs, `${config}/${STATE_NAME}`, `${JSON.stringify(pickLoginFacts(known.document), null, 2)}\n`);
  if (credential !== null) write(fs, `${config}/${CREDENTIAL_NAME}`, credential);
  return leftOut;
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

function write(fs: FileSystem, path: string, text: string): void {
  withOpen(fs, fs.openNew(path, 0o600), (descriptor) => {
    writeAll(fs, descriptor, Buffer.from(text), 0);
  });
}
