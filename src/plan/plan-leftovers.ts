import type { Action } from "./action.ts";
import { storeLocks, underLocks } from "./config-actions.ts";
import type { Planning } from "./plan.ts";

/** What lies in the image's own directory, into the store. */
export function mergeBuild(planning: Planning, buildConfig: string): Action {
  const { buildMounts, imageHome } = planning.inspection;
  return {
    part: "config",
    kind: "merge",
    path: buildConfig,
    places: planning.places("build"),
    sourceGoes: true,
    losers: "keep",
    prefer: "store",
    except: imageHome?.path ?? null,
    leave: buildMounts,
    reason: "what the image's own directory holds belongs into the store",
  };
}

/** The image's own directory emptied, once the links lead elsewhere. */
export function settleBuild(planning: Planning, buildConfig: string): Action {
  const { buildMounts, imageHome, homeLayout } = planning.inspection;
  return {
    part: "config",
    kind: "settle",
    newcomers: false,
    path: buildConfig,
    places: planning.places("build"),
    keepDirectory: true,
    alsoHeldIn: imageHome?.path ?? null,
    leave: buildMounts,
    aside: planning.aside(homeLayout.config),
    locks: storeLocks(planning),
    reason: "the store holds it now",
  };
}

/** What an interrupted run left: beside the configuration directory, and in the image's own one. */
export function leftBehind(planning: Planning): Action[] {
  const { buildConfig, buildHolds } = planning.inspection;
  const build =
    buildConfig === null || !buildHolds
      ? []
      : [
          ...underLocks(planning, "config", [mergeBuild(planning, buildConfig)]),
          settleBuild(planning, buildConfig),
        ];
  return [...interrupted(planning), ...build];
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
    const merge: Action = {
      part: "config",
      kind: "merge",
      path,
      places,
      sourceGoes: true,
      losers: "keep",
      prefer: "newer",
      except: null,
      leave: [],
      reason,
    };
    return [
      ...underLocks(planning, "config", [merge]),
      {
        part: "config",
        kind: "settle",
        newcomers: false,
        path,
        places,
        keepDirectory: false,
        alsoHeldIn: null,
        leave: [],
        aside: aside(inspection.homeLayout.config),
        locks: storeLocks(planning),
        reason,
      },
    ];
  });
}
