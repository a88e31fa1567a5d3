import type { PartialPlan, Planning } from "./plan.ts";

/** Locks that killed programs left: removed last, when nothing depends on it any more. */
export function planLocks({ inspection, choice, store }: Planning): PartialPlan {
  const { abandonedLocks, homeLayout } = inspection;
  if (choice.kind !== "store") return { actions: [], findings: [] };
  const isOurs = (path: string): boolean =>
    path.startsWith(`${store.root}/`) || path.startsWith(`${homeLayout.home}/`);
  return {
    actions: abandonedLocks.filter(isOurs).map((path) => ({
      part: "extras",
      kind: "clear-lock",
      path,
      reason: "a program that was killed left it",
    })),
    findings: [],
  };
}
