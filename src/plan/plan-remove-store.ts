import { dirname } from "node:path";
import { deliveredList } from "../layout.ts";
import type { Action } from "./action.ts";
import { planEmptied, scratch } from "./plan-emptied.ts";
import { NOTE_NAME } from "./plan-extras.ts";
import { CREDENTIAL_NAME } from "./plan-merge.ts";
import type { FatedStore, Undoing } from "./undoing.ts";

/** What lost a conflict once, into the home's own place: before anything is taken away, while there may be too little room. */
export function planKeptBackups(undoing: Undoing): Action[] {
  const { kept, places, planning } = undoing;
  const { buildRoot } = planning.inspection.homeLayout;
  const moving = undoing.stores
    .filter(goes)
    .filter(({ candidate, present }) => present.has(candidate.layout.backups));
  const make = (path: string): Action => ({
    part: "store",
    kind: "make-directory",
    path,
    mode: 0o700,
    making: "mkdir",
    owner: null,
    user: planning.inspection.user,
    reason: "what lost a conflict is kept in the home",
  });
  const merges = moving.map(({ candidate: { layout } }, index): Action => ({
    part: "store",
    kind: "merge",
    path: layout.backups,
    places: places(kept, `backups-${(index + 1).toString()}`),
    sourceGoes: false,
    losers: "keep",
    prefer: "store",
    except: null,
    leave: [],
    reason: "what lost a conflict is kept in the home",
  }));
  return [make(buildRoot), ...(merges.length > 0 ? [make(kept), ...merges] : [])];
}

export function goes({ stays }: FatedStore): boolean {
  return stays === null;
}

/** A store's configuration directory, and what lost a conflict in it: both compared with what the home holds. */
export function planRemoveConfig(undoing: Undoing, { candidate, present }: FatedStore): Action[] {
  const { config, backups } = candidate.layout;
  const { kept, places } = undoing;
  const source = { path: config, why: "late", leave: [] };
  return [
    ...(present.has(backups) ? [settleBackups(backups, undoing, places(kept, "late-backups"))] : []),
    ...(candidate.holdsConfig ? planEmptied(undoing, source, false, "store") : []),
  ];
}

/**
 * Everything else of ours in a store and beside it; its format goes with its root. The variables of the API mode tell
 * what of settings is ours, so they go when that is out of them.
 */
export function planRemoveRest(undoing: Undoing, store: FatedStore): Action[] {
  const { planning } = undoing;
  const { candidate, present } = store;
  const { layout } = candidate;
  const ifThere = (paths: readonly string[], kind: "remove-file" | "remove-directory"): Action[] =>
    paths.filter((path) => present.has(path)).map((path) => removal(path, kind));
  const keepFile = (path: string, why: string, sameAs: string | null): Action[] =>
    present.has(path) ? [keepSecret(undoing, path, why, sameAs)] : [];
  const copy = planning.inspection.lastKnownGood?.layout ?? null;
  const live = `${planning.inspection.homeLayout.config}/${CREDENTIAL_NAME}`;
  const gitRoot = copy === null ? layout.root : dirnameOfCopy(copy.directory);
  return [
    ...keepFile(layout.envFile, "env", null),
    ...ifThere([layout.envFile], "remove-file"),
    ...ifThere([layout.envVars, layout.containers], "remove-directory"),
    ...(copy === null ? [] : keepFile(copy.credential, "copy", live)),
    ...(copy === null ? [] : ifThere([copy.credential, copy.state], "remove-file")),
    ...leftovers(undoing, store),
    ...(copy === null
      ? []
      : ifThere(
          [copy.directory, dirname(copy.directory)].filter((path) => path !== gitRoot),
          "remove-directory",
        )),
    ...ifThere([layout.signIn, deliveredList(gitRoot), `${layout.root}/${NOTE_NAME}`], "remove-file"),
    ...planMarks(undoing, store),
  ];
}

/** What is ours alone goes; a directory stays where anything is in it. */
export function removal(path: string, kind: "remove-file" | "remove-directory"): Action {
  const common = { part: "store", path, reason: "nothing of ours is to stay" } as const;
  return kind === "remove-file"
    ? { ...common, kind }
    : { ...common, kind, mustBeEmpty: false, lastFile: null };
}

/** The folder in the git directory that holds the copy of a login, or the store's root. */
function dirnameOfCopy(directory: string): string {
  return directory.slice(0, directory.indexOf("/last-known-good"));
}

function keepSecret(
  { kept, places, planning }: Undoing,
  path: string,
  why: string,
  sameAs: string | null,
): Action {
  const { backups, backupName } = places(kept, why);
  const reason = "a secret is not deleted silently";
  return {
    part: "store",
    kind: "keep-file",
    path,
    sameAs,
    backups,
    backupName,
    temporary: scratch(planning, why),
    reason,
  };
}

function settleBackups(path: string, { planning }: Undoing, places: ReturnType<Undoing["places"]>): Action {
  const reason = "the home holds it now";
  return {
    ...{
      part: "store",
      kind: "settle",
      newcomers: false,
      path,
      places,
      keepDirectory: false,
      alsoHeldIn: null,
      leave: [],
      reason,
    },
    aside: planning.aside(planning.inspection.homeLayout.config),
    locks: [],
  };
}

function leftovers({ planning }: Undoing, { candidate }: FatedStore): Action[] {
  const { storeLeftovers, lastKnownGood } = planning.inspection;
  return [
    ...storeLeftovers.filter((path) => path.startsWith(`${candidate.layout.root}/`)),
    ...(lastKnownGood?.leftovers ?? []),
  ].map((path) => ({ part: "store", kind: "discard", path, reason: "an interrupted run left it" }));
}

/** What keeps git away goes with the last of what it is to be kept away from. */
function planMarks({ planning }: Undoing, { marks, others, candidate }: FatedStore): Action[] {
  if (others.length > 0) return [];
  const reason = "nothing is left that git could take";
  const common = { part: "store", reason } as const;
  const { exclude } = marks;
  return [
    ...(marks.nested === null ? [] : removedAtOnce(planning, candidate.layout.root, marks.nested)),
    ...(exclude === null
      ? []
      : [
          {
            ...common,
            kind: "write-file",
            path: exclude.path,
            content: exclude.without,
            encoding: "latin1",
            was: exclude.was,
            mode: exclude.mode,
            owner: candidate.verdict.usable ? candidate.verdict.owner : null,
            temporary: planning.temporary(dirname(exclude.path), "exclude"),
          } as const,
        ]),
    ...(marks.ignore === null ? [] : [{ ...common, kind: "remove-file", path: marks.ignore } as const]),
  ];
}

/** Half of a repository would be known for ours no more. */
function removedAtOnce({ temporary }: Undoing["planning"], root: string, path: string): Action[] {
  const to = temporary(root, "git");
  const common = { part: "store", reason: "nothing is left that git could take" } as const;
  return [
    { ...common, kind: "move-aside", path, to },
    { ...common, kind: "discard", path: to },
  ];
}
