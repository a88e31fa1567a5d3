import type { Action } from "./action.ts";
import type { Planning } from "./plan.ts";

/** What lies in the image's own directory, into the store. */
export function mergeBuild(planning: Planning): Action[] {
  const { buildConfig, buildHolds, buildMounts, imageHome } = planning.inspection;
  if (buildConfig === null || !buildHolds) return [];
  return [
    {
      part: "config",
      kind: "merge",
      path: buildConfig,
      places: planning.places("build"),
      sourceGoes: true,
      losers: "keep",
      except: imageHome?.path ?? null,
      leave: buildMounts,
      reason: "what the image's own directory holds belongs into the store",
    },
  ];
}

/** The image's own directory emptied, once the links lead elsewhere. */
export function settleBuild(planning: Planning): Action[] {
  const { buildConfig, buildHolds, buildMounts, imageHome, homeLayout } = planning.inspection;
  if (buildConfig === null || !buildHolds) return [];
  return [
    {
      part: "config",
      kind: "settle",
      path: buildConfig,
      places: planning.places("build"),
      keepDirectory: true,
      alsoHeldIn: imageHome?.path ?? null,
      leave: buildMounts,
      aside: planning.aside(homeLayout.config),
      reason: "the store holds it now",
    },
  ];
}

/** What an interrupted run left: beside the configuration directory, and in the image's own one. */
export function leftBehind(planning: Planning): Action[] {
  return [...interrupted(planning), ...mergeBuild(planning), ...settleBuild(planning)];
}

/** What an interrupted run left in the home: merged and removed. */
export function interrupted(planning: Planning): Action[] {
  const { inspection, aside } = planning;
  return inspection.homeLeftovers.flatMap(({ path, type }, index): Action[] => {
    const reason = "an interrupted run left it";
    if (type === "symlink") return [{ part: "config", kind: "discard", path, reason }];
    if (type === "file")
      return [{ part: "config", kind: "move-aside", path, to: aside(inspection.homeLayout.config), reason }];
    const places = planning.places(index === 0 ? "resumed" : `resumed-${(index + 1).toString()}`);
    return [
      {
        part: "config",
        kind: "merge",
        path,
        places,
        sourceGoes: true,
        losers: "keep",
        except: null,
        leave: [],
        reason,
      },
      {
        part: "config",
        kind: "settle",
        path,
        places,
        keepDirectory: false,
        alsoHeldIn: null,
        leave: [],
        aside: aside(inspection.homeLayout.config),
        reason,
      },
    ];
  });
}
