import type { OwnIgnore } from "../inspect/ignore-files.ts";
import { FORMAT } from "../layout.ts";
import type { Finding } from "../report/finding.ts";
import type { Action } from "./action.ts";
import type { PartialPlan, Planning } from "./plan.ts";

/** The store's own directories and files, before anything leads to them. */
export function planStore(planning: Planning): PartialPlan {
  const { choice } = planning;
  if (choice.kind === "own") return { actions: [], findings: [] };
  return {
    actions: [...directories(planning), ...ignoreFiles(planning), ...format(planning)],
    findings: excludeFindings(planning),
  };
}

function directories(planning: Planning): Action[] {
  const { inspection, choice, store, owner } = planning;
  const common = { part: "store", kind: "make-directory", owner, user: inspection.user } as const;
  if (choice.kind !== "store") {
    // Without a usable store the links lead to the image's own directory, so that none of them dangles.
    if (!needsFallback(planning)) return [];
    const paths = [store.root, store.config];
    return paths.map((path) => ({
      ...common,
      path,
      mode: 0o700,
      making: "mkdir",
      reason: "the link must lead somewhere",
    }));
  }
  const { candidate, verdict } = choice;
  const actions: Action[] = [];
  const beside = store.backups.slice(0, store.backups.lastIndexOf("/"));
  if (beside !== store.root) {
    const reason = "the backups' place, where nothing that git does reaches them";
    actions.push({ ...common, path: beside, mode: 0o700, making: "mkdir", reason });
  }
  if (verdict.making !== "none") {
    actions.push({ ...common, path: store.root, mode: 0o700, making: verdict.making, reason: choice.reason });
  }
  if (!candidate.holdsConfig) {
    actions.push({
      ...common,
      path: store.config,
      mode: 0o700,
      making: "mkdir",
      reason: "the login's place in the store",
    });
  }
  if (planning.options.perContainer && planning.options.devcontainerId !== null) {
    const own = store.state.slice(0, store.state.lastIndexOf("/"));
    for (const path of [store.containers, own]) {
      actions.push({
        ...common,
        path,
        mode: 0o700,
        making: "mkdir",
        reason: "a state file for each container",
      });
    }
  }
  return actions;
}

/** True where a link in the home leads nowhere or to a place that must not be used. */
export function needsFallback(planning: Planning): boolean {
  return isLost(planning, "config") || isLost(planning, "state");
}

/** The same for one of the two. */
export function isLost({ inspection, choice }: Planning, which: "config" | "state"): boolean {
  if (choice.kind !== "none") return false;
  // A newer version's store works: a link into it stays.
  const refused = inspection.candidates.flatMap(({ candidate: { verdict, layout } }) =>
    verdict.usable || verdict.finding.code === "STORE_NEWER" ? [] : [layout.root],
  );
  const isRefused = (path: string | null): boolean => refused.some((root) => path?.startsWith(`${root}/`));
  const entry = inspection[which];
  if (entry?.kind !== "symlink") return false;
  // Where a path of ours leads elsewhere by now, what the link says tells more than where it leads.
  if (isRefused(entry.text)) return true;
  if (which === "config") return entry.realPath === null || isRefused(entry.realPath);
  // A state file that is yet to be written is no fault: the client makes it where the link leads (facts C3).
  return (
    isRefused(entry.landsIn) ||
    isRefused(entry.realPath) ||
    (entry.realPath === null && entry.landsIn === null)
  );
}

/** The store is out of git's sight by its own `.gitignore`, but `git clean` and `git stash` may take it. */
function excludeFindings({ inspection, choice }: Planning): Finding[] {
  const trouble = inspection.ignoreFiles?.trouble ?? null;
  const isWorkspace = choice.kind === "store" && choice.candidate.kind === "workspace";
  return trouble === null || !isWorkspace ? [] : [{ ...trouble, severity: "warning" }];
}

function ignoreFiles(planning: Planning): Action[] {
  const { inspection, choice, owner, temporary } = planning;
  if (choice.kind !== "store") return [];
  const { candidate } = choice;
  if (candidate.ownIgnore !== null) return ownIgnore(planning, candidate.ownIgnore);
  const files = inspection.ignoreFiles;
  if (candidate.kind !== "workspace" || files === null) return [];
  const common = { part: "store", owner } as const;
  const actions = ownIgnore(planning, { path: files.own, content: files.ownContent });
  if (files.exclude !== null) {
    const { path, content, directoryMissing } = files.exclude;
    const directory = path.slice(0, path.lastIndexOf("/"));
    if (directoryMissing) {
      actions.push({
        ...common,
        kind: "make-directory",
        path: directory,
        mode: 0o755,
        making: "mkdir",
        user: inspection.user,
        reason: "for the exclude line",
      });
    }
    actions.push({
      ...common,
      kind: "write-file",
      path,
      content,
      encoding: "latin1",
      mode: 0o644,
      temporary: temporary(directory, "exclude"),
      reason: "git must not take the login",
    });
  }
  if (files.nestedGit !== null) {
    actions.push({
      ...common,
      kind: "make-nested-git",
      path: files.nestedGit,
      temporary: temporary(candidate.layout.root, "head"),
      reason: "git clean and git stash must not remove the login",
    });
  }
  if (files.strayGit !== null) {
    actions.push({
      part: "store",
      kind: "discard",
      path: files.strayGit,
      reason: "a .gitignore of the repository brings the folder back, and git add would fail on it",
    });
  }
  return actions;
}

/** The store's own `.gitignore`. */
function ownIgnore({ store, owner, temporary }: Planning, { path, content }: OwnIgnore): Action[] {
  if (content === null) return [];
  return [
    {
      part: "store",
      kind: "write-file",
      path,
      content,
      encoding: "utf8",
      mode: 0o644,
      owner,
      temporary: temporary(store.root, "gitignore"),
      reason: "git must not take the login",
    },
  ];
}

function format(planning: Planning): Action[] {
  const { choice, store, owner, temporary } = planning;
  if (choice.kind !== "store") return [];
  const { format: file, identity } = choice.candidate;
  if (file?.version === FORMAT && file.identity === identity) return [];
  return [
    {
      part: "store",
      kind: "write-format",
      path: store.format,
      root: store.root,
      merged: file?.merged ?? [],
      lookedAt: null,
      owner,
      temporary: temporary(store.root, "format"),
      reason: file === null ? "a new store" : "the store was moved or copied here",
    },
  ];
}
