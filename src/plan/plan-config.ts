import { finding, type Finding } from "../report/finding.ts";
import { quote } from "../report/quote.ts";
import type { Action } from "./action.ts";
import { isLost } from "./plan-store.ts";
import type { PartialPlan, Planning } from "./plan.ts";

/** The configuration directory's way into the store, by what is at its path: the design's first table. */
export function planConfig(planning: Planning): PartialPlan {
  const { inspection, choice, store } = planning;
  const path = inspection.homeLayout.config;
  const nothing = { actions: [], findings: [] };
  if (choice.kind === "own") return { actions: [keep(path, choice.reason)], findings: [] };
  if (choice.kind === "none") return withoutStore(planning);

  const entry = inspection.config;
  switch (entry.kind) {
    case "mounted":
      return { actions: [keep(path, "a file is mounted there: left alone")], findings: [] };
    case "unreadable":
      return { actions: [], findings: [unreadable(path, entry.errnoCode)] };
    case "absent":
      return {
        actions: [link(planning, path, store.config, false, null), ...leftBehind(planning)],
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
          link(planning, path, store.config, false, null),
          ...leftBehind(planning),
        ],
        findings: [],
      };
    case "directory": {
      if (entry.realPath === choice.candidate.realConfig)
        return { actions: [keep(path, "it is the store's own directory")], findings: [] };
      const overlap = overlapping(planning, entry.realPath);
      return overlap === null
        ? { actions: moveIn(planning, path), findings: [] }
        : { actions: [], findings: [overlap] };
    }
    case "symlink":
      if (
        entry.text === store.config ||
        (entry.realPath !== null && entry.realPath === choice.candidate.realConfig)
      ) {
        return {
          actions: [keep(path, "linked to the store already"), ...leftBehind(planning)],
          findings: [],
        };
      }
      if (entry.realPath === null) {
        return {
          actions: [
            link(planning, path, store.config, true, `it led to ${entry.text}, where nothing is`),
            ...leftBehind(planning),
          ],
          findings: [],
        };
      }
      if (entry.realPath === inspection.buildConfig) {
        return {
          actions: [
            ...mergeBuild(planning),
            link(planning, path, store.config, true, "it led to the image's own directory"),
            ...settleBuild(planning),
            ...interrupted(planning),
          ],
          findings: [],
        };
      }
      if (inspection.candidates.some(({ candidate }) => candidate.realConfig === entry.realPath)) {
        return {
          actions: [
            ...mergeEarlier(planning, entry.realPath),
            link(planning, path, store.config, true, `it led to an earlier store, ${entry.realPath}`),
            ...leftBehind(planning),
          ],
          findings: [],
        };
      }
      return foreign(planning, path, entry.text, entry.realPath, entry.leadsTo === "directory");
    default:
      entry satisfies never;
      return nothing;
  }
}

function keep(path: string, reason: string): Action {
  return { part: "config", kind: "keep", path, reason };
}

function link(
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

function unreadable(path: string, errnoCode: string): Finding {
  return finding(
    "MOVE_INCOMPLETE",
    `${path} cannot be looked at (${errnoCode}), so it is left alone`,
    `look at it with: ls -ld ${quote(path)}`,
    path,
  );
}

/** A real directory: its content into the store, the link in its place, then the emptied rest away. */
function moveIn(planning: Planning, path: string): Action[] {
  const directory = path.slice(0, path.lastIndexOf("/"));
  const aside = planning.temporary(directory, "moved");
  const places = planning.places("merge");
  return [
    {
      part: "config",
      kind: "merge",
      path,
      places,
      sourceGoes: true,
      losers: "keep",
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
    {
      part: "config",
      kind: "settle",
      path: aside,
      places,
      keepDirectory: false,
      alsoHeldIn: planning.inspection.imageHome?.path ?? null,
      leave: [],
      aside: planning.aside(path),
      reason: "the store holds it now",
    },
    ...leftBehind(planning),
  ];
}

function mergeBuild(planning: Planning): Action[] {
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
      except: null,
      leave: [],
      reason: "what the earlier store holds belongs into this one",
    },
  ];
}

function settleBuild(planning: Planning): Action[] {
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
function leftBehind(planning: Planning): Action[] {
  return [...interrupted(planning), ...mergeBuild(planning), ...settleBuild(planning)];
}

function interrupted(planning: Planning): Action[] {
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

function overlapping(planning: Planning, directory: string): Finding | null {
  const { root, config } = planning.store;
  const overlaps = isWithin(root, directory) || isWithin(directory, config);
  if (!overlaps) return null;
  return finding(
    "STORE_UNSAFE",
    `the store ${root} and ${directory} lie one within the other, so nothing is moved`,
    "choose another place with the Feature's option 'store'",
    directory,
  );
}

function isWithin(path: string, directory: string): boolean {
  return directory === "/" || path === directory || path.startsWith(`${directory}/`);
}

function foreign(
  planning: Planning,
  path: string,
  text: string,
  realPath: string,
  isDirectory: boolean,
): PartialPlan {
  const { options, inspection } = planning;
  const code = "LINK_FOREIGN";
  const leadsTo = `${path} is a link to ${text}, which is not ours`;
  if (!options.adopt) {
    const hint =
      "if the login is to be kept with the others: claude-credentials start --adopt (copies what lies there, then links to the store)";
    return {
      actions: [keep(path, "a link of somebody else's")],
      findings: [finding(code, `${leadsTo}: left alone`, hint, path)],
    };
  }
  if (
    isDirectory &&
    (isWithin(inspection.homeLayout.home, realPath) || overlapping(planning, realPath) !== null)
  ) {
    const hint = `remove the link yourself if nothing needs it: rm ${quote(path)}   then: claude-credentials start`;
    return {
      actions: [keep(path, "it leads to far more than a configuration")],
      findings: [finding(code, `${leadsTo}; too much lies there to be taken over`, hint, path)],
    };
  }
  const merge: Action[] = isDirectory
    ? [
        {
          part: "config",
          kind: "merge",
          path: realPath,
          places: planning.places("adopt"),
          sourceGoes: false,
          losers: "keep",
          except: null,
          leave: [],
          reason: "adopted: a copy",
        },
      ]
    : [];
  return {
    actions: [...merge, link(planning, path, planning.store.config, true, `adopted: it led to ${text}`)],
    findings: [],
  };
}

/** Nothing persists: what works stays, what leads nowhere gets the image's own directory. */
function withoutStore(planning: Planning): PartialPlan {
  const { inspection, store } = planning;
  const path = inspection.homeLayout.config;
  const entry = inspection.config;
  if (isLost(planning, "config") && entry.kind === "symlink") {
    return {
      actions: [link(planning, path, store.config, true, `it led to ${entry.text}, which cannot be used`)],
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
  return { actions: [keep(path, "it works as long as the container lives")], findings: [] };
}
