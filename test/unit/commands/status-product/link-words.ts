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
