import { dirname } from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { parseEnvFile } from "../env/env-file.ts";
import { errnoCode } from "../errors.ts";
import { storeLayout } from "../layout.ts";

const ENV_LIMIT = 1024 * 1024;

/** The names that `env set` keeps in the store whose configuration directory this is; none where it lies in no store. */
export function managedVariables(fs: FileSystem, directory: string): ReadonlySet<string> {
  try {
    const real = fs.realpath(directory) ?? directory;
    const text = readSmallFile(fs, storeLayout(dirname(real)).envFile, ENV_LIMIT)?.toString("utf8");
    const parsed = text === undefined ? null : parseEnvFile(text);
    return new Set(parsed?.state === "valid" ? parsed.file.variables.keys() : []);
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return new Set();
  }
}
