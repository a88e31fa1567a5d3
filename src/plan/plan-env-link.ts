import { finding, type Finding } from "../report/finding.ts";
import type { Action } from "./action.ts";
import { lostLink, namesOurPlace, unreadable } from "./config-actions.ts";
import type { WantedEnv } from "./plan-env.ts";
import type { Planning } from "./plan.ts";

interface EnvLinkPlan {
  readonly actions: readonly Action[];
  readonly findings: readonly Finding[];
  /** False where what shells would read is not ours, and stays as it is. */
  readonly isReached: boolean;
}

/** The link at `~/.claude-code-env`, by what is there. */
export function planEnvLink(planning: Planning, wanted: WantedEnv): EnvLinkPlan {
  const { inspection, options } = planning;
  const path = inspection.homeLayout.envFile;
  const { link: entry } = inspection.env;
  const reached = (actions: readonly Action[]): EnvLinkPlan => ({ actions, findings: [], isReached: true });
  switch (entry.kind) {
    case "mounted":
      return reached([keep(path, "it is a mount: persisted already, left alone")]);
    case "unreadable":
      return { actions: [], findings: [unreadable(path, entry.errnoCode)], isReached: false };
    case "absent":
      return reached([link(planning, path, false, null)]);
    case "file":
      return reached([...keepLoser(planning, wanted), link(planning, path, true, "it was a file")]);
    case "directory":
    case "special":
      return reached([
        {
          part: "env",
          kind: "move-aside",
          path,
          to: planning.aside(path),
          reason: `it is a ${entry.kind === "directory" ? "directory" : "special file"}, not a file`,
        },
        link(planning, path, false, null),
      ]);
    case "symlink": {
      if (entry.text === planning.store.envFile) return reached([keep(path, "linked to the store already")]);
      const isOurs = namesOurPlace(planning, entry.text);
      if (entry.outOfReach && !isOurs)
        return { actions: [], findings: [unreadable(path, "EACCES")], isReached: false };
      if (entry.realPath === null) return reached([link(planning, path, true, lostLink(entry))]);
      if (isOurs || options.adopt || options.env.kind === "set")
        return reached([link(planning, path, true, `it led to ${entry.text}`)]);
      return {
        actions: [keep(path, "a link of somebody else's")],
        findings: [
          finding(
            "LINK_FOREIGN",
            `${path} is a link to ${entry.text}, which is not ours: left alone`,
            "if shells are to read the store's variables instead: claude-credentials start --adopt",
            path,
          ),
        ],
        isReached: false,
      };
    }
  }
}

function keep(path: string, reason: string): Action {
  return { part: "env", kind: "keep", path, reason };
}

function link(planning: Planning, path: string, replaces: boolean, why: string | null): Action {
  const { store, options, inspection, temporary } = planning;
  return {
    part: "env",
    kind: "link",
    path,
    target: store.envFile,
    replaces,
    temporary: temporary(inspection.homeLayout.home, "env-link"),
    owner: options.homeOwner,
    merged: null,
    reason: why === null ? "linked to the store" : `linked to the store (${why})`,
  };
}

/** A real file in the link's place that says something else than the store: what loses is kept in the backups. */
function keepLoser(planning: Planning, wanted: WantedEnv): Action[] {
  const { inspection, store, owner, temporary, places } = planning;
  const own = inspection.env.sources.find(({ kind }) => kind === "home");
  if (own === undefined || own.content === wanted.content) return [];
  const directory = `${store.backups}/${places("env").backupName}`;
  const made = [store.backups, directory].map((path): Action => ({
    part: "env",
    kind: "make-directory",
    path,
    mode: 0o700,
    making: "mkdir",
    owner,
    user: inspection.user,
    reason: "what loses is kept",
  }));
  return [
    ...made,
    {
      part: "env",
      kind: "write-file",
      path: `${directory}/.claude-code-env`,
      content: own.content,
      encoding: "utf8",
      mode: 0o600,
      owner,
      temporary: temporary(directory, "env"),
      reason: "the store's own variables stay",
    },
  ];
}
