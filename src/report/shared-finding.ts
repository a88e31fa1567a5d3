import type { StatusInspection } from "../inspect/inspect-status.ts";
import { finding, type Finding } from "./finding.ts";

/** What is to be known before somebody logs out of a login that other containers use; else null. */
export function sharedFinding(
  { store, state, credential, isPointedAt }: StatusInspection,
  isShared: boolean,
): Finding | null {
  if (!isShared || isPointedAt || store?.kind !== "mount" || credential.state !== "valid") return null;
  const isLinked = state === null || state.kind === "symlink";
  const own = ". No start has named this container: its ~/.claude.json lies in it alone, and goes with it";
  return finding(
    "STORE_SHARED",
    `other containers may use this login: to log out here ends it for all${isLinked ? "" : own}`,
    isLinked
      ? "a login of its own comes with another variant of the Feature"
      : "run: claude-credentials start --devcontainer-id NAME   with a name that it keeps",
    store.root,
  );
}
