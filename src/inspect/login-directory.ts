import type { FileSystem } from "../apply/file-system.ts";
import { errnoCode } from "../errors.ts";
import { CONFIG_NAME, homeLayout } from "../layout.ts";
import type { LoginPointer } from "../login-pointer.ts";

/** Where the login lies that `--auth` names: a store has it in a folder of its own, a captured one is that folder's content. */
export function loginDirectory(fs: FileSystem, directory: string): string {
  const config = `${directory}/${CONFIG_NAME}`;
  try {
    return fs.stat(config)?.type === "directory" ? config : directory;
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return directory;
  }
}

/** The directory of the login that is meant, and whether it is the one that the home leads to. */
export function findLogin(
  fs: FileSystem,
  { auth, credentialDirectory, home, configDirectory }: LoginPointer,
): { readonly directory: string; readonly isOwn: boolean } {
  if (auth !== null) return { directory: loginDirectory(fs, auth), isOwn: false };
  const directory = credentialDirectory ?? homeLayout(home, configDirectory).config;
  return { directory, isOwn: true };
}
