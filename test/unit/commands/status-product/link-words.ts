import type { LinkStatus } from "../../../../src/report/status-report.ts";
import { told, type Told } from "./told.ts";

/** What is said of a state file that is none. */
export function cutOff(path: string): Told {
  const message = `${path} is no JSON object (empty or cut off), and Claude Code does not start with it`;
  return told("warning", "STATE_MALFORMED", path, message, "run: claude-credentials start");
}

/** What is said of a link by its state. */
export function linkSaid({ path, target, state }: LinkStatus): Told[] {
  const start = "run: claude-credentials start";
  switch (state) {
    case "missing":
      return [told("warning", "LINK_MISSING", path, `${path} is not there`, start)];
    case "dangling":
      return [
        told("warning", "LINK_MISSING", path, `${path} leads to ${String(target)}, where nothing is`, start),
      ];
    case "replaced":
      return [told("warning", "LINK_REPLACED", path, `${path} is no link to the store`, start)];
    case "foreign":
      return [
        told(
          "error",
          "LINK_FOREIGN",
          path,
          `${path} leads to ${String(target)}, which is not the store`,
          `${start} --adopt   to take over what lies there`,
        ),
      ];
    case "ok":
    case "mount":
      return [];
  }
}
