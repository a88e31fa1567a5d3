import type { LinkStatus } from "../../../../src/report/status-report.ts";
import { told, type Told } from "./told.ts";

const ASKED = "Claude Code asks its first questions again when it is opened";

/** What is said of a state file that is none. */
export function cutOff(path: string): Told {
  const hint = "run: claude-credentials start   which restores the newest backup";
  return told("warning", "STATE_MALFORMED", path, `${path} is empty, cut off or no JSON: ${ASKED}`, hint);
}

/** What is said of a state file that is not there, beside a login. */
export function unanswered(path: string): Told {
  return told(
    "info",
    "ONBOARDING_MISSING",
    path,
    `${path} is not there: ${ASKED}`,
    "answer them once: claude",
  );
}

/**
 * What is said of a link by its state.
 * @param closed the store that may not be looked into, or null
 */
export function linkSaid({ path, target, state }: LinkStatus, closed: string | null): Told[] {
  const start = "run: claude-credentials start";
  switch (state) {
    case "missing":
      return [told("warning", "LINK_MISSING", path, `${path} is not there`, start)];
    case "dangling": {
      const isInto = closed !== null && target?.startsWith(`${closed}/`) === true;
      const end = isInto ? "which you may not look into" : "where nothing is";
      return [told("warning", "LINK_MISSING", path, `${path} leads to ${String(target)}, ${end}`, start)];
    }
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
