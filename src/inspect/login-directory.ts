import type { FileSystem } from "../apply/file-system.ts";
import { errnoCode } from "../errors.ts";
import { CONFIG_NAME } from "../layout.ts";

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
