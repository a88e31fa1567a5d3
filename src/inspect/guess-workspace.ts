import { dirname } from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { MOUNT_ROOT, SECRETS_NAME } from "../layout.ts";
import { errnoCode } from "../errors.ts";
import { isPersistent, mountOf } from "./mounts.ts";
import { readSurroundings } from "./surroundings.ts";

/** What makes a folder a project's. */
const PROJECT_MARKS = [".git", ".devcontainer", ".devcontainer.json", SECRETS_NAME];

/**
 * The workspace folder, as far as it can be told from the folder in which a terminal was opened: on a mount of its own
 * that persists and does not hold the home, the nearest project from there upwards; the mount itself where the terminal
 * was opened right there. Nothing else is safe to guess: a store is made in what is taken for a workspace.
 * @returns its real path, or null
 */
export function guessWorkspace(fs: FileSystem, folder: string, home: string): string | null {
  try {
    return guess(fs, folder, home);
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return null;
  }
}

function guess(fs: FileSystem, folder: string, home: string): string | null {
  const [opened, realHome] = [fs.realpath(folder), fs.realpath(home)];
  if (opened === null || realHome === null) return null;
  const { mounts, inContainer } = readSurroundings(fs);
  const top = mountOf(mounts, opened)?.mountPoint;
  if (top === undefined || top === "/" || top === MOUNT_ROOT || !isPersistent(mounts, opened, inContainer))
    return null;
  if (realHome === top || realHome.startsWith(`${top}/`)) return null;
  for (let at = opened; ; at = dirname(at)) {
    if (PROJECT_MARKS.some((name) => fs.lstat(`${at}/${name}`) !== null)) return at;
    if (at === top) break;
  }
  // A mount below the home is a cache or settings rather than somebody's work.
  return opened === top && !top.startsWith(`${realHome}/`) && fs.canWrite(top) ? top : null;
}
