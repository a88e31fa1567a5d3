import { dirname } from "node:path";
import type { Action } from "./action.ts";
import { keep, namesOurPlace, unreadable } from "./config-actions.ts";
import { stateLock } from "./lock-names.ts";
import type { Return } from "./plan-return.ts";
import { STATE_NAME } from "./plan-merge.ts";
import type { Undoing } from "./undoing.ts";
import { foreignLink } from "./uninstall-findings.ts";

const NOTHING: Return = { actions: [], refusals: [], notices: [], isBack: true, staged: null };

/** A real `~/.claude.json` with what the store's says, by what is at its path. */
export function planReturnState({ planning, stores, seen }: Undoing): Return {
  const { inspection, store, choice } = planning;
  const path = inspection.homeLayout.state;
  const entry = inspection.state;
  if (path === null || entry === null) return NOTHING;
  const chosen = stores.find(({ candidate }) => candidate.layout.root === store.root);
  switch (entry.kind) {
    case "unreadable":
      return { ...NOTHING, refusals: [unreadable(path, entry.errnoCode)] };
    case "mounted":
    case "directory":
    case "special":
      return { ...NOTHING, actions: [keep("state", path, "it is no link of ours")] };
    case "file":
      return NOTHING;
    case "absent": {
      // Kept elsewhere, it was brought back once; what is missing since is not ours to miss.
      const isBack = inspection.config.kind === "directory" && chosen?.stays !== null;
      if (chosen === undefined || chosen.candidate.state === "absent" || isBack) return NOTHING;
      return { ...NOTHING, actions: bringBack(seen, path, store.state, null, planning.temporary) };
    }
    case "symlink": {
      const { text, realPath } = entry;
      const roots = inspection.candidates.map(({ candidate }) => candidate);
      const holder = roots.find(
        ({ layout, realConfig }) =>
          text.startsWith(`${layout.root}/`) ||
          (realConfig !== null && realPath === `${realConfig}/${STATE_NAME}`),
      );
      const isInOwn = choice.kind === "own" && realPath === store.state;
      const isOurs =
        isInOwn ||
        holder !== undefined ||
        namesOurPlace(planning, text) ||
        (inspection.buildConfig !== null && realPath === `${inspection.buildConfig}/${STATE_NAME}`);
      if (!isOurs) {
        return {
          ...NOTHING,
          actions: [keep("state", path, "a link of somebody else's")],
          notices: realPath === null ? [] : [foreignLink(path, text, "nothing to do")],
        };
      }
      if (holder?.verdict.usable === false) return { ...NOTHING, refusals: [holder.verdict.finding] };
      if (entry.outOfReach) return { ...NOTHING, refusals: [unreadable(path, "EACCES")] };
      return {
        ...NOTHING,
        actions: bringBack(seen, path, realPath ?? store.state, text, planning.temporary),
      };
    }
  }
}

function bringBack(
  { inspection }: Undoing["seen"],
  path: string,
  from: string,
  replaces: string | null,
  temporary: Undoing["planning"]["temporary"],
): Action[] {
  const reason = "a real file again";
  const action: Action = {
    part: "state",
    kind: "return-file",
    path,
    from,
    replaces,
    temporary: temporary(dirname(path), "state-unfinished"),
    reason,
  };
  const locks = [stateLock(inspection.homeLayout.state ?? path)];
  return [{ part: "state", kind: "under-locks", path, reason, locks, actions: [action] }];
}
