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
