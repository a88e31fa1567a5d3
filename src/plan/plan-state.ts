import { finding } from "../report/finding.ts";
import type { Action, StateMerging } from "./action.ts";
import { keep, link, lostLink, namesCandidate, namesOurPlace, unreadable } from "./config-actions.ts";
import { stateLock } from "./lock-names.ts";
import { isLost } from "./plan-store.ts";
import type { PartialPlan, Planning } from "./plan.ts";

/** The state file's way into the store, by what is at its path: the design's second table. */
export function planState(planning: Planning): PartialPlan {
  const { inspection, choice, options } = planning;
  const mend = mendStore(planning);
  const path = inspection.homeLayout.state;
  const entry = inspection.state;
  if (path === null || entry === null) return { actions: mend, findings: [] };
  if (choice.kind === "store" && options.perContainer && options.devcontainerId === null) {
    return {
      actions: [keep("state", path, "no --devcontainer-id names this container: it stays in the container")],
      findings: [],
    };
  }
  if (choice.kind === "none") {
    const lost = isLost(planning, "state");
    return {
      actions: lost ? [link(planning, "state", path, true, "it led to a place that cannot be used")] : [],
      findings: [],
    };
  }
  const linked = (actions: readonly Action[]): PartialPlan => ({
    actions: [...mend, ...actions, ...share(planning)],
    findings: [],
  });

  switch (entry.kind) {
    case "mounted":
      return linked([keep("state", path, "it is a mount: persisted already, left alone")]);
    case "unreadable":
      return { actions: mend, findings: [unreadable(path, entry.errnoCode)] };
    case "absent":
      return linked([link(planning, "state", path, false, null)]);
    case "file":
      return linked(replaceFile(planning, path));
    case "special":
    case "directory":
      return linked([
        {
          part: "state",
          kind: "move-aside",
          path,
          to: planning.aside(path),
          reason: `it is a ${entry.kind === "directory" ? "directory" : "special file"}, not a file`,
        },
        link(planning, "state", path, false, null),
      ]);
    case "symlink": {
      if (entry.text === planning.store.state)
        return linked([keep("state", path, "linked to the store already")]);
      if (entry.outOfReach && !namesOurPlace(planning, entry.text)) {
        return { actions: mend, findings: [unreadable(path, "EACCES")] };
      }
      if (entry.realPath === null) {
        const awaited = entry.landsIn !== null && entry.landsIn === inspection.buildConfig;
        const why = awaited ? "it led to the image's own directory" : lostLink(entry);
        return linked([link(planning, "state", path, true, why)]);
      }
      const { realPath } = entry;
      const isIn = (directory: string | null): boolean =>
        directory !== null && realPath === `${directory}/.claude.json`;
      const stores = inspection.candidates.filter(({ candidate }) => isIn(candidate.realConfig));
      // Somebody led a path of ours elsewhere: nothing that lies there is ours.
      const isMisled = stores.length === 0 && namesCandidate(planning, entry.text);
      const isOurs =
        isMisled ||
        stores.length > 0 ||
        isIn(inspection.buildConfig) ||
        // What lies in a `~/.claude` that is a directory is in the store by now.
        (inspection.config.kind === "directory" && isIn(inspection.config.realPath));
      const isUnsafe = isMisled || stores.some(({ candidate }) => !candidate.verdict.usable);
      if (!isOurs && !options.adopt) {
        const hint =
          "if it is to be kept with the login: claude-credentials start --adopt (copies it, then links to the store)";
        return {
          actions: [...mend, keep("state", path, "a link of somebody else's")],
          findings: [
            finding(
              "LINK_FOREIGN",
              `${path} is a link to ${entry.text}, which is not ours: left alone`,
              hint,
              path,
            ),
          ],
        };
      }
      const actions =
        entry.leadsTo === "file" && realPath !== planning.store.state && !isUnsafe
          ? [merge(planning, realPath)]
          : [];
      return linked([...actions, link(planning, "state", path, true, `it led to ${entry.text}`)]);
    }
  }
}

/** The file into the store's, the link in its place; the client writes neither meanwhile. */
function replaceFile(planning: Planning, path: string): Action[] {
  const places = merging(planning, path, "state");
  const linked = link(planning, "state", path, true, null);
  const actions: Action[] = [
    merge(planning, path),
    linked.kind === "link" ? { ...linked, merged: places } : linked,
  ];
  const reason = "linked to the store";
  return [{ part: "state", kind: "under-locks", path, reason, locks: [stateLock(path)], actions }];
}

function merging(planning: Planning, incoming: string | null, why: string): StateMerging {
  const { store } = planning;
  return {
    incoming,
    live: store.state,
    clientBackups: `${store.config}/backups`,
    places: planning.places(why),
  };
}

function mergeInto(
  planning: Planning,
  path: string,
  incoming: string | null,
  why: string,
  reason: string,
): Action {
  return { part: "state", kind: "merge-state", path, reason, ...merging(planning, incoming, why) };
}

function merge(planning: Planning, incoming: string): Action {
  return mergeInto(planning, incoming, incoming, "state", "what it says of the login belongs into the store");
}

/** The store's own state file, where it is damaged or, with one for each container, where a new id has none yet. */
function mendStore(planning: Planning): Action[] {
  const { choice, store, options } = planning;
  if (choice.kind !== "store") return [];
  const shared =
    options.perContainer && options.devcontainerId !== null ? `${store.config}/.claude.json` : null;
  if (choice.candidate.state === "malformed")
    return [mergeInto(planning, store.state, shared, "malformed", "it is no JSON object")];
  if (shared !== null && choice.candidate.state === "absent") {
    return [
      mergeInto(planning, store.state, shared, "shared", "a new container starts from the login facts"),
    ];
  }
  return [];
}

/** With a state file for each container the store keeps the login facts for those to come. */
function share(planning: Planning): Action[] {
  const { choice, store, options, owner } = planning;
  if (choice.kind !== "store" || !options.perContainer || options.devcontainerId === null) return [];
  return [
    {
      part: "extras",
      kind: "share-login-facts",
      from: store.state,
      path: `${store.config}/.claude.json`,
      temporary: planning.temporary(store.root, "facts"),
      owner,
      reason: "containers to come start from them",
    },
  ];
}
