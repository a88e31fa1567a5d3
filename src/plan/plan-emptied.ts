import type { Action } from "./action.ts";
import { credentialLocks, stateLock } from "./lock-names.ts";
import { STATE_NAME } from "./plan-merge.ts";
import { interrupted, type ReturnSource } from "./return-sources.ts";
import type { Undoing } from "./undoing.ts";

type Emptied = Omit<ReturnSource, "locks">;

/** Empties a directory whose content the home holds: an entry goes only when the very same was just seen there, the credential last. */
export function planEmptied(
  undoing: Undoing,
  source: Emptied,
  keepDirectory: boolean,
  part: Action["part"],
): Action[] {
  const { homeLayout, config } = undoing.planning.inspection;
  const target = config.kind === "directory" ? config.realPath : homeLayout.config;
  return [
    ...withoutState(undoing, source, part),
    {
      part,
      kind: "settle",
      newcomers: false,
      path: source.path,
      places: undoing.places(target, source.why),
      keepDirectory,
      alsoHeldIn: null,
      leave: source.leave,
      aside: undoing.planning.aside(homeLayout.config),
      locks: credentialLocks(homeLayout.config, target),
      reason: "the home holds it now",
    },
  ];
}

/** What a state file there says of the login belongs into the home's; it goes when that, or the backups, hold it. */
function withoutState({ planning, places, kept }: Undoing, source: Emptied, part: Action["part"]): Action[] {
  const { homeLayout, state } = planning.inspection;
  const path = `${source.path}/${STATE_NAME}`;
  if (homeLayout.state === null) return [];
  const held = { ...places(kept, `${source.why}-state`), staging: scratch(planning, source.why) };
  const reason = "the home has its own";
  const hold: Action =
    state?.kind === "file"
      ? {
          part,
          kind: "merge-state",
          path,
          incoming: path,
          live: homeLayout.state,
          clientBackups: `${homeLayout.config}/backups`,
          places: held,
          reason,
        }
      : { part, kind: "keep-file", path, sameAs: null, ...held, temporary: `${held.staging}-file`, reason };
  const locks = [stateLock(homeLayout.state)];
  return [
    {
      part,
      kind: "under-locks",
      path,
      reason,
      locks,
      actions: [hold, { part, kind: "remove-file", path, reason }],
    },
  ];
}

/** A name beside what is kept in the home, for the moment: that directory is made before anything else. */
export function scratch({ inspection, temporary }: Undoing["planning"], why: string): string {
  return temporary(inspection.homeLayout.buildRoot, why);
}

/** What the home itself has besides: the image's own directory, what an interrupted `start` left. */
export function planEmptiedHome(undoing: Undoing): Action[] {
  const { buildConfig, buildHolds, buildMounts, homeLeftovers } = undoing.planning.inspection;
  const build = { path: buildConfig ?? "", why: "build", leave: buildMounts };
  const left = interrupted(undoing);
  return [
    ...(buildConfig !== null && buildHolds ? planEmptied(undoing, build, true, "config") : []),
    ...left.flatMap((source) => planEmptied(undoing, source, false, "config")),
    ...homeLeftovers
      .filter(({ path }) => left.every((source) => source.path !== path))
      .map(({ path }): Action => ({
        part: "config",
        kind: "discard",
        path,
        reason: "an interrupted run left it; its sources are all there",
      })),
  ];
}
