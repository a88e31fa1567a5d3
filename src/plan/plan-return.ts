import { dirname } from "node:path";
import { finding, type Finding } from "../report/finding.ts";
import { quote } from "../report/quote.ts";
import type { Action } from "./action.ts";
import { keep, namesOurPlace, unreadable } from "./config-actions.ts";
import { credentialLocks } from "./lock-names.ts";
import { overlapping } from "./plan-foreign.ts";
import { BACK, mergeSources, returnSources, type ReturnSource } from "./return-sources.ts";
import type { Undoing } from "./undoing.ts";
import { foreignLink } from "./uninstall-findings.ts";

/** What brings a part of the home back. */
export interface Return {
  readonly actions: readonly Action[];
  /** Why something stays as it is: what leads to a store stays, and so does the store. */
  readonly refusals: readonly Finding[];
  readonly notices: readonly Finding[];
  /** Whether the home then has all of it: only then may a store go. */
  readonly isBack: boolean;
  /** A directory of the moment, to be removed where it has not got its name. */
  readonly staged: string | null;
}

const NOTHING: Return = { actions: [], refusals: [], notices: [], isBack: false, staged: null };

/** A real configuration directory with all that the stores hold, by what is at its path. */
export function planReturn(undoing: Undoing): Return {
  const { planning } = undoing;
  const { inspection, choice } = planning;
  const path = inspection.homeLayout.config;
  const entry = inspection.config;
  const left = (reason: string): Return => ({ ...NOTHING, actions: [keep("config", path, reason)] });
  const refused = (trouble: Finding): Return => ({ ...NOTHING, refusals: [trouble] });
  switch (entry.kind) {
    case "mounted":
      return left("it is a mount: there is nothing to bring back");
    case "unreadable":
      return refused(unreadable(path, entry.errnoCode));
    case "file":
    case "special":
      return refused(inTheWay(path));
    case "directory": {
      if (choice.kind === "own") return left(choice.reason);
      if (undoing.stores.some(({ candidate }) => candidate.realConfig === entry.realPath))
        return left("it is the store's own directory");
      const overlap = overlapping(planning, entry.realPath);
      return overlap === null ? intoDirectory(undoing, entry.realPath) : refused(overlap);
    }
    case "absent": {
      const sources = returnSources(undoing, null);
      return isEmpty(sources)
        ? { ...left("nothing was there, and nothing is kept"), isBack: true }
        : swapIn(undoing, sources, null);
    }
    case "symlink": {
      const { text, realPath } = entry;
      const known = inspection.candidates.find(({ candidate }) => candidate.realConfig === realPath);
      const isOurs =
        namesOurPlace(planning, text) ||
        (realPath !== null && (known !== undefined || realPath === inspection.buildConfig));
      if (!isOurs)
        return realPath === null ? left(`it leads to ${text}, where nothing is`) : foreign(path, text);
      const verdict = (known ?? named(undoing, text))?.candidate.verdict;
      if (verdict?.usable === false) return refused(verdict.finding);
      if (entry.outOfReach) return refused(unreadable(path, "EACCES"));
      return swapIn(undoing, returnSources(undoing, realPath), text);
    }
  }
}

function named({ planning }: Undoing, text: string) {
  return planning.inspection.candidates.find(({ candidate }) => text.startsWith(`${candidate.layout.root}/`));
}

function isEmpty({ directories, credentials }: ReturnType<typeof returnSources>): boolean {
  return directories.length === 0 && credentials.length === 0;
}

/** Into a directory that is there: it gains what it lacks, the newer of two files stays, and so does the better login. */
function intoDirectory(undoing: Undoing, target: string): Return {
  const { planning } = undoing;
  const sources = returnSources(undoing, null);
  const locks = [
    ...locksOf(sources.directories),
    ...credentialLocks(planning.inspection.homeLayout.config, target),
  ];
  return { ...NOTHING, actions: under(locks, mergeSources(undoing, sources, target)), isBack: true };
}

/** A new directory is filled beside its place, and takes it with one rename while the locks of all that it is made from are ours. */
function swapIn(
  undoing: Undoing,
  sources: ReturnType<typeof returnSources>,
  replaces: string | null,
): Return {
  const { planning } = undoing;
  const { inspection, temporary } = planning;
  const path = inspection.homeLayout.config;
  const beside = dirname(path);
  const staged = temporary(beside, BACK);
  const swap: Action = {
    part: "config",
    kind: "return-directory",
    path,
    from: staged,
    replaces,
    temporary: temporary(beside, "link"),
    reason: isEmpty(sources) ? "where it led nothing is kept: an empty directory" : "a real directory again",
  };
  const make: Action = {
    part: "config",
    kind: "make-directory",
    path: staged,
    mode: 0o700,
    making: "mkdir",
    owner: null,
    user: inspection.user,
    reason: "what is brought back is complete before it shows",
  };
  const merges = mergeSources(undoing, sources, staged);
  return {
    ...NOTHING,
    actions: [make, ...under(locksOf(sources.directories), [...merges, swap])],
    staged,
    isBack: true,
  };
}

function locksOf(directories: readonly ReturnSource[]): string[] {
  return directories.flatMap(({ locks }) => locks);
}

function under(locks: readonly string[], actions: readonly Action[]): Action[] {
  const [first] = actions;
  if (first === undefined) return [];
  const { path, reason } = first;
  return locks.length === 0
    ? [...actions]
    : [{ part: "config", kind: "under-locks", path, reason, locks, actions }];
}

function foreign(path: string, text: string): Return {
  const notice = foreignLink(path, text, "nothing to do; what our stores hold stays where it is");
  return { ...NOTHING, actions: [keep("config", path, "a link of somebody else's")], refusals: [notice] };
}

function inTheWay(path: string): Finding {
  return finding(
    "MOVE_INCOMPLETE",
    `${path} is no directory, so nothing is brought back to it (ENOTDIR). All stays as it is`,
    `look at it (ls -ld ${quote(path)}), move it away, then: claude-credentials uninstall`,
    path,
  );
}
