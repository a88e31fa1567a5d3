import { keep, link } from "./config-actions.ts";
import { isLost } from "./plan-store.ts";
import type { PartialPlan, Planning } from "./plan.ts";

/** Nothing persists: what works stays, what leads nowhere gets the image's own directory. */
export function withoutStore(planning: Planning): PartialPlan {
  const { inspection } = planning;
  const path = inspection.homeLayout.config;
  const entry = inspection.config;
  if (isLost(planning, "config") && entry.kind === "symlink") {
    return {
      actions: [link(planning, "config", path, true, `it led to ${entry.text}, which cannot be used`)],
      findings: [],
    };
  }
  const moved = inspection.homeLeftovers.find(({ type }) => type === "directory");
  if (entry.kind === "absent" && moved !== undefined) {
    return {
      actions: [
        {
          part: "config",
          kind: "move-aside",
          path: moved.path,
          to: path,
          reason: "an interrupted run had renamed it",
        },
      ],
      findings: [],
    };
  }
  return { actions: [keep("config", path, "it works as long as the container lives")], findings: [] };
}
