import * as path from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { UserError } from "../errors.ts";
import type { Action } from "./action.ts";

/**
 * Looks, before the first write, at every folder and file that is to be changed.
 * @throws UserError naming the first that the calling user cannot write to.
 */
export function checkWritable(fs: FileSystem, actions: readonly Action[]): void {
  for (const step of actions.flatMap((action) => action.steps)) {
    const folder = nearestExisting(fs, step.kind === "make-folder" ? step.path : path.dirname(step.path));
    if (fs.stat(folder)?.type !== "directory") {
      throw new UserError(
        `${folder} is not a folder`,
        "move it away and run init again; nothing was changed",
      );
    }
    const isFile = fs.lstat(step.path)?.type === "file";
    const blocked = !fs.canWrite(folder) ? folder : isFile && !fs.canWrite(step.path) ? step.path : null;
    if (blocked !== null) {
      throw new UserError(
        `${blocked} is not writable`,
        "make it writable for you and run init again; nothing was changed",
      );
    }
  }
}

function nearestExisting(fs: FileSystem, folder: string): string {
  const parent = path.dirname(folder);
  return fs.lstat(folder) !== null || parent === folder ? folder : nearestExisting(fs, parent);
}
