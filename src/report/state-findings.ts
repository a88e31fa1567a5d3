import type { StatusInspection } from "../inspect/inspect-status.ts";
import { finding, type Finding } from "./finding.ts";

/**
 * What a person should know of the state file beside a login that is usable: without it Claude Code begins with its first
 * questions (facts C2).
 */
export function stateFindings(
  { stateFile, layout, configPath, isPointedAt }: StatusInspection,
  loggedIn: boolean,
): Finding[] {
  const path = layout.state ?? `${configPath ?? layout.config}/.claude.json`;
  const again = "Claude Code asks its first questions again when it is opened";
  if (stateFile.state === "malformed") {
    return [
      finding(
        "STATE_MALFORMED",
        `${path} is empty, cut off or no JSON: ${again}`,
        "run: claude-credentials start   which restores the newest backup",
        path,
      ),
    ];
  }
  // Nobody opens Claude Code in a place that is only pointed at: what `run` makes of it asks nothing.
  if (!loggedIn || isPointedAt || stateFile.state === "unreadable") return [];
  if (stateFile.state === "valid" && stateFile.document["hasCompletedOnboarding"] === true) return [];
  const why = stateFile.state === "absent" ? "is not there" : "says of no onboarding that was completed";
  return [finding("ONBOARDING_MISSING", `${path} ${why}: ${again}`, "answer them once: claude", path)];
}
