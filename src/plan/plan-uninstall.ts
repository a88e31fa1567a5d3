import { dirname } from "node:path";
import { lookFiles } from "../inspect/look-record.ts";
import type { UninstallInspection } from "../inspect/inspect-uninstall.ts";
import type { Finding } from "../report/finding.ts";
import type { UninstallOptions } from "../uninstall-options.ts";
import type { Action } from "./action.ts";
import { planUnsetEnv } from "./plan-env-unset.ts";
import { planEmptiedHome } from "./plan-emptied.ts";
import { planLocks } from "./plan-locks.ts";
import { goes, planKeptBackups, planRemoveConfig, planRemoveRest, removal } from "./plan-remove-store.ts";
import { planReturn } from "./plan-return.ts";
import { planReturnState } from "./plan-return-state.ts";
import { storeFindings } from "./uninstall-findings.ts";
import { createUndoing, type Undoing } from "./undoing.ts";

/** What is undone, in its three acts, each to be begun when the one before is done without a failure. */
export interface UninstallPlan {
  /** A real `~/.claude` and `~/.claude.json`; the stores stay as they are. */
  readonly back: readonly Action[];
  /** The ways of the API mode, what the home has besides, and the stores that go. To be planned anew after the first act. */
  readonly clear: readonly Action[];
  /** What can only go when nobody needs a lock or the stamp any more. */
  readonly last: readonly Action[];
  /** The directory of the moment that the first act works in; null where there is none. */
  readonly staged: string | null;
  /** Roots of the stores that are worked on. */
  readonly roots: readonly string[];
  readonly removes: boolean;
  /** Why not all can be undone. */
  readonly refusals: readonly Finding[];
  readonly findings: readonly Finding[];
}

/** Decides everything from one inspection; reads and writes nothing. */
export function planUninstall(seen: UninstallInspection, options: UninstallOptions): UninstallPlan {
  const undoing = createUndoing(seen, options);
  const { planning } = undoing;
  const config = planReturn(undoing);
  const state = planReturnState(undoing);
  const unsafe = planning.inspection.candidates.flatMap(({ candidate: { verdict, holdsConfig } }) =>
    verdict.usable || !holdsConfig ? [] : [verdict.finding],
  );
  const refusals = unique([...config.refusals, ...state.refusals, ...unsafe]);
  // A store that something leads to which is not brought back must not go.
  const isStuck = !config.isBack || state.refusals.length > 0;
  const going = isStuck ? [] : undoing.stores.filter(goes);
  // What is removed is compared with a real directory.
  const isReady = options.dryRun || planning.inspection.config.kind === "directory";
  const ready = going.filter(({ candidate }) => isReady || !candidate.holdsConfig);
  const env = planUnsetEnv(planning);
  const discards = [...seen.configLeftovers, ...planning.inspection.env.leftovers].map((path): Action => ({
    part: "config",
    kind: "discard",
    path,
    reason: "an interrupted run left it; what it was made from is there",
  }));
  const back = [...discards, ...config.actions, ...state.actions];
  const works = [...back, ...going].some((work) => !("kind" in work) || work.kind !== "keep");
  return {
    back: [...(works ? planKeptBackups({ ...undoing, stores: going }) : []), ...back],
    clear: [
      ...(isStuck || !isReady ? [] : planEmptiedHome(undoing)),
      ...planLocks(planning).actions,
      ...ready.flatMap((store) => planRemoveConfig(undoing, store)),
      ...env.actions.map(asStore),
      ...ready.flatMap((store) => planRemoveRest(undoing, store)),
    ],
    last: isStuck ? [] : [...emptyPlaces(undoing), ...stamp(undoing)],
    staged: config.staged,
    roots: undoing.stores.map(({ candidate }) => candidate.layout.root),
    removes: going.length > 0,
    refusals,
    findings: [...config.notices, ...state.notices, ...env.findings, ...storeFindings(undoing, isStuck)],
  };
}

/** Where it fails nothing that comes after is done. */
function asStore(action: Action): Action {
  return action.kind === "under-locks"
    ? { ...action, part: "store", actions: action.actions.map(asStore) }
    : { ...action, part: "store" };
}

/** The stores' roots, each with the format that tells it is ours; and directories of ours that nothing is left in. */
function emptyPlaces({ planning, seen, stores }: Undoing): Action[] {
  const { buildRoot } = planning.inspection.homeLayout;
  // What is left by mistake is found again only as long as the format is there.
  const roots = stores
    .filter(goes)
    .flatMap(({ candidate: { layout, kind }, others }) =>
      others.length === 0 && kind !== "mount"
        ? [emptied(layout.root, true, layout.format)]
        : [removal(layout.format, "remove-file"), ...(kind === "mount" ? [] : [emptied(layout.root, false)])],
    );
  // Our folder in the git directory also has what belongs to a store in the work tree; its name is ours alone.
  const known = stores.map(({ candidate }) => candidate.layout.root);
  const inGit = planning.inspection.candidates
    .filter(({ candidate }) => candidate.kind === "git" && candidate.exists && candidate.verdict.usable)
    .map(({ candidate }) => candidate.layout.root)
    .filter((root) => !known.includes(root));
  const build = [`${buildRoot}/.claude-credentials`, `${buildRoot}/backups`, buildRoot];
  const format = `${buildRoot}/format`;
  return [
    ...roots,
    ...(seen.inHome.has(format) ? [removal(format, "remove-file")] : []),
    ...[...inGit, ...build.filter((path) => seen.inHome.has(path))].map((path) => emptied(path, false)),
  ];
}

function emptied(path: string, mustBeEmpty: boolean, lastFile: string | null = null): Action {
  const reason = "nothing is left in it";
  return { part: "store", kind: "remove-directory", path, mustBeEmpty, lastFile, reason };
}

/** The stamp names the workspace: without it nobody could go on after an interruption. */
function stamp({ planning, seen }: Undoing): Action[] {
  const { stamp: path, notice } = planning.inspection.homeLayout;
  return [
    ...lookFiles(notice)
      .filter((file) => seen.inHome.has(file))
      .map((file) => removal(file, "remove-file")),
    ...(seen.inHome.has(notice) ? [emptied(notice, false)] : []),
    ...(seen.inHome.has(path) ? [removal(path, "remove-file")] : []),
    ...(seen.inHome.has(dirname(path)) ? [emptied(dirname(path), false)] : []),
  ];
}

function unique(findings: readonly Finding[]): Finding[] {
  return findings.filter(
    ({ code, path }, index) =>
      findings.findIndex((other) => other.code === code && other.path === path) === index,
  );
}
