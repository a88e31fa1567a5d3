import type { Guard } from "../inspect/guard-file.ts";
import type { StatusInspection } from "../inspect/inspect-status.ts";
import { GUARD_PATH } from "../plan/guard.ts";
import { finding, type Finding } from "./finding.ts";

/**
 * Whether Claude Code's own tools could read the login without asking, as they do with what lies in the workspace unless
 * rules deny it (facts C20).
 */
export function readableFinding({ store, workspace }: StatusInspection, guard: Guard): Finding | null {
  if (store === null || workspace === null || guard === null || guard === "in-force") return null;
  if (!store.root.startsWith(`${workspace}/`)) return null;
  const what = "Claude Code's own tools may read the login without asking";
  return guard === "off"
    ? finding(
        "STORE_READABLE_BY_AGENT",
        `${what}: the option guard is off`,
        "set the option guard to true and rebuild, or keep the login in a volume",
        store.root,
        "info",
      )
    : finding(
        "STORE_READABLE_BY_AGENT",
        `${what}: the rules that deny it are not in ${GUARD_PATH}`,
        "rebuild the container: the installation writes them",
        store.root,
      );
}
