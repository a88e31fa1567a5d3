import type { Action } from "./action.ts";
import {
  keep,
  link,
  lostLink,
  namesCandidate,
  namesOurPlace,
  storeLocks,
  underLocks,
  unreadable,
} from "./config-actions.ts";
import { credentialLocks } from "./lock-names.ts";
import { foreign, mountedInside, overlapping } from "./plan-foreign.ts";
import { interrupted, leftBehind, mergeBuild, settleBuild } from "./plan-leftovers.ts";
import { withoutStore } from "./plan-without-store.ts";
import type { PartialPlan, Planning } from "./plan.ts";

/** The configuration directory's way into the store, by what is at its path: the design's first table. */
export function planConfig(planning: Planning): PartialPlan {
  const { inspection, choice, store } = planning;
  const path = inspection.homeLayout.config;
  const nothing = { actions: [], findings: [] };
  if (choice.kind === "own") return { actions: [keep("config", path, choice.reason)], findings: [] };
  if (choice.kind === "none") return withoutStore(planning);

  const entry = inspection.config;
  switch (entry.kind) {
    case "mounted":
      return { actions: [keep("config", path, "a file is mounted there: left alone")], findings: [] };
    case "unreadable":
      return { actions: [], findings: [unreadable(path, entry.errnoCode)] };
    case "absent":
      return {
        actions: [link(planning, "config", path, false, null), ...leftBehind(planning)],
        findings: [],
      };
    case "file":
    case "special":
      return {
        actions: [
          {
            part: "config",
            kind: "move-aside",
            path,
            to: planning.aside(path),
            reason: `it is a ${entry.kind === "file" ? "file" : "special file"}, not a directory`,
          },
          link(planning, "config", path, false, null),
          ...leftBehind(planning),
        ],
        findings: [],
      };
    case "directory": {
      if (entry.realPath === choice.candidate.realConfig)
        return { actions: [keep("config", path, "it is the store's own directory")], findings: [] };
      const overlap = overlapping(planning, entry.realPath) ?? mountedInside(planning, path);
      return overlap === null
        ? { actions: moveIn(planning, path, entry.realPath), findings: [] }
        : { actions: [], findings: [overlap] };
    }
    case "symlink":
      if (
        entry.text === store.config ||
        (entry.realPath !== null && entry.realPath === choice.candidate.realConfig)
      ) {
        return {
          actions: [keep("config", path, "linked to the store already"), ...leftBehind(planning)],
          findings: [],
        };
      }
      if (entry.outOfReach && !namesOurPlace(planning, entry.text)) {
        return { actions: [], findings: [unreadable(path, "EACCES")] };
      }
      // A branch may have brought a file to the store's place.
      if (entry.realPath === null || (entry.leadsTo !== "directory" && namesOurPlace(planning, entry.text))) {
        return {
          actions: [link(planning, "config", path, true, lostLink(entry)), ...leftBehind(planning)],
          findings: [],
        };
      }
      if (entry.realPath === inspection.buildConfig) {
        return {
          actions: [
            ...underLocks(
              planning,
              "config",
              [
                mergeBuild(planning, entry.realPath),
                link(planning, "config", path, true, "it led to the image's own directory"),
              ],
              credentialLocks(path, entry.realPath),
            ),
            settleBuild(planning, entry.realPath),
            ...interrupted(planning),
          ],
          findings: [],
        };
      }
      if (inspection.candidates.some(({ candidate }) => candidate.realConfig === entry.realPath)) {
        return {
          actions: [
            ...underLocks(planning, "config", [
              ...mergeEarlier(planning, entry.realPath),
              link(planning, "config", path, true, `it led to an earlier store, ${entry.realPath}`),
            ]),
            ...leftBehind(planning),
          ],
          findings: [],
        };
      }
      if (namesCandidate(planning, entry.text)) {
        const why = `it led by way of ${entry.text} to ${entry.realPath}, which is not ours`;
        return {
          actions: [link(planning, "config", path, true, why), ...leftBehind(planning)],
          findings: [],
        };
      }
      return foreign(planning, path, entry.text, entry.realPath, entry.leadsTo === "directory");
    default:
      entry satisfies never;
      return nothing;
  }
}

/** A real directory: its content into the store, the link in its place, then the emptied rest away. */
function moveIn(planning: Planning, path: string, realPath: string): Action[] {
  const directory = path.slice(0, path.lastIndexOf("/"));
  const aside = planning.temporary(directory, "moved");
  const places = planning.places("merge");
  const moved: Action[] = [
    {
      part: "config",
      kind: "merge",
      path,
      places,
      sourceGoes: true,
      losers: "keep",
      prefer: "store",
      except: planning.inspection.imageHome?.path ?? null,
      leave: [],
      reason: "what lies in it belongs into the store",
    },
    {
      part: "config",
      kind: "replace-directory",
      path,
      target: planning.store.config,
      temporary: planning.temporary(directory, "link"),
      aside,
      owner: planning.options.homeOwner,
      reason: "linked to the store",
    },
  ];
  return [
    ...underLocks(planning, "config", moved, credentialLocks(path, realPath)),
    {
      part: "config",
      kind: "settle",
      newcomers: true,
      path: aside,
      places,
      keepDirectory: false,
      alsoHeldIn: planning.inspection.imageHome?.path ?? null,
      leave: [],
      aside: planning.aside(path),
      locks: storeLocks(planning),
      reason: "the store holds it now",
    },
    ...leftBehind(planning),
  ];
}

/** An earlier store that is safe stays where it is; one that is not is only led away from. */
function mergeEarlier(planning: Planning, realConfig: string): Action[] {
  const isSafe = planning.inspection.candidates.some(
    ({ candidate }) => candidate.realConfig === realConfig && candidate.verdict.usable,
  );
  if (!isSafe) return [];
  return [
    {
      part: "config",
      kind: "merge",
      path: realConfig,
      places: planning.places("linked"),
      sourceGoes: false,
      losers: "drop",
      prefer: "store",
      except: null,
      leave: [],
      reason: "what the earlier store holds belongs into this one",
    },
  ];
}
