import type { FileSystem } from "../apply/file-system.ts";
import type { StatusInspection } from "./inspect-status.ts";
import { isStartAtWork, isUnstarted } from "./lifecycle-hook.ts";
import { newestMarker, readSurroundings } from "./surroundings.ts";

/** Whether the lifecycle hook did its work in this container; `unknown` where nothing tells one container from the next. */
export type Hooks = "ran" | "at-work" | "not-run" | "unknown" | "no-container";

/**
 * A `start` that ended with something left to do leaves no stamp. Its link tells then: it is newer than the container.
 * @param bundlePath what Node.js runs
 */
export function inspectHooks(fs: FileSystem, status: StatusInspection, bundlePath: string): Hooks {
  if (!readSurroundings(fs).inContainer) return "no-container";
  const marker = newestMarker(fs);
  if (marker === null) return "unknown";
  if (!isUnstarted(fs, status.layout)) return "ran";
  if (isStartAtWork(fs, bundlePath)) return "at-work";
  const link = fs.lstat(status.layout.config);
  const isMadeHere = link?.type === "symlink" && link.modifiedNs > marker;
  return isMadeHere && status.persistent ? "ran" : "not-run";
}
