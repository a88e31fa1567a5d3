import { finding, type Finding } from "../report/finding.ts";
import { quote } from "../report/quote.ts";
import { MOUNT_ROOT, workspaceOfLink } from "../layout.ts";
import type { Action } from "./action.ts";
import { credentialLocks } from "./lock-names.ts";
import type { Planning } from "./plan.ts";

/** What leads into the store: the configuration directory's link, and the state file's. */
type LinkedPart = "config" | "state";

/** Claude Code's locks on the store's credential. */
export function storeLocks({ store, choice }: Planning): string[] {
  const real = choice.kind === "store" ? choice.candidate.realConfig : null;
  return credentialLocks(store.config, real ?? store.config);
}

/** Actions that are done while Claude Code's locks on the store, and on what else is named, are ours. */
export function underLocks(
  planning: Planning,
  part: Action["part"],
  actions: readonly Action[],
  others: readonly string[] = [],
): Action[] {
  const [first] = actions;
  if (first === undefined) return [];
  const locks = [...others, ...storeLocks(planning)];
  return [{ part, kind: "under-locks", path: first.path, reason: first.reason, locks, actions }];
}

/** Nothing to do for a path of ours, and why. */
export function keep(part: LinkedPart, path: string, reason: string): Action {
  return { part, kind: "keep", path, reason };
}

/** The link at a path of ours to its place in the store; `why` says what was there before. */
export function link(
  planning: Planning,
  part: LinkedPart,
  path: string,
  replaces: boolean,
  why: string | null,
): Action {
  const directory = path.slice(0, path.lastIndexOf("/"));
  const reason = why === null ? "linked to the store" : `linked to the store (${why})`;
  return {
    part,
    kind: "link",
    path,
    target: planning.store[part],
    replaces,
    temporary: planning.temporary(directory, `${part}-link`),
    owner: planning.options.homeOwner,
    merged: null,
    reason,
  };
}

/** Whether a link's text names a place of ours, be it reachable or not. */
export function namesOurPlace({ inspection }: Planning, text: string): boolean {
  const places = inspection.candidates.map(({ candidate }) => candidate.layout.root);
  const known = [...places, inspection.homeLayout.buildRoot, MOUNT_ROOT];
  return workspaceOfLink(text) !== null || known.some((root) => text.startsWith(`${root}/`));
}

/** Whether a link's text names one of the places that this run looked at, or could have. */
export function namesCandidate({ inspection }: Planning, text: string): boolean {
  const top = workspaceOfLink(text.replace(/[/][.]claude[.]json$/, ""));
  if (top !== null && inspection.tops.includes(top)) return true;
  return inspection.candidates.some(({ candidate }) => text.startsWith(`${candidate.layout.root}/`));
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
