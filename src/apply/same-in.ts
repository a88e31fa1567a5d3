import type { FileSystem } from "./file-system.ts";
import { joinPath } from "./path.ts";
import { runSteps } from "./run-steps.ts";
import { isSame } from "./same-content.ts";

/** Entries that are the very same in another directory: that one's merge takes care of them. */
export function sameIn(fs: FileSystem, source: string, other: string): (relative: string) => boolean {
  return (relative) => {
    const name = Buffer.from(relative, "latin1");
    const [here, there] = [joinPath(source, name), joinPath(other, name)];
    const stat = fs.lstat(here);
    if (stat === null || stat.type === "directory" || fs.lstat(there)?.type !== stat.type) return false;
    return (stat.type === "file" || stat.type === "symlink") && runSteps(isSame(fs, here, there, stat));
  };
}
