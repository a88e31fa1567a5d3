import { finding, type Finding } from "../report/finding.ts";
import { quote } from "../report/quote.ts";
import { MOUNT_ROOT, workspaceOfLink } from "../layout.ts";
import type { Action } from "./action.ts";
import type { Planning } from "./plan.ts";

/** Nothing to do for the configuration directory, and why. */
export function keep(path: string, reason: string): Action {
  return { part: "config", kind: "keep", path, reason };
}

/** The link at the configuration directory's path; `why` says what was there before. */
export function link(
  planning: Planning,
  path: string,
  target: string,
  replaces: boolean,
  why: string | null,
): Action {
  const directory = path.slice(0, path.lastIndexOf("/"));
  const reason = why === null ? "linked to the store" : `linked to the store (${why})`;
  return {
    part: "config",
    kind: "link",
    path,
    target,
    replaces,
    temporary: planning.temporary(directory, "link"),
    owner: planning.options.homeOwner,
    reason,
  };
}

/** Whether a link's text names a place of ours, be it reachable or not. */
export function namesOurPlace({ inspection }: Planning, text: string): boolean {
  const places = inspection.candidates.map(({ candidate }) => candidate.layout.root);
  const known = [...places, inspection.homeLayout.buildRoot, MOUNT_ROOT];
  return workspaceOfLink(text) !== null || known.some((root) => text.startsWith(`${root}/`));
}

/** What is said of a link that leads to nothing, or nowhere that this user can go. */
export function lostLink(entry: { readonly text: string; readonly outOfReach: boolean }): string {
  return `it led to ${entry.text}, ${entry.outOfReach ? "which is closed to you" : "where nothing is"}`;
}

/** The finding for a path of ours that this user may not look at. */
export function unreadable(path: string, errnoCode: string): Finding {
  return finding(
    "MOVE_INCOMPLETE",
    `${path} cannot be looked at (${errnoCode}), so it is left alone`,
    `look at it with: ls -ld ${quote(path)}`,
    path,
  );
}
