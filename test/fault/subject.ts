import type { FaultyOptions } from "../support/faulty-file-system.ts";
import { leftOver, readThrough, unfinished, type Before, type Entry } from "./checker.ts";
import { runStart, runUninstall, type Place, type Run } from "./place.ts";

type Check = (place: Place, now: readonly Entry[], before: Before) => string[];

/** A command that is struck, what is run after that, and what must be so then. */
export interface Subject {
  readonly run: (place: Place, options: FaultyOptions) => Promise<Run>;
  /** What is not as it must be when a run went to its end and said so. */
  readonly unfinished: Check;
  readonly again: Subject["run"];
  readonly healed: Check;
  /** What must not be left behind then. */
  readonly leftOver: (now: readonly Entry[], before: Before) => string[];
}

export const START: Subject = { run: runStart, unfinished, again: runStart, healed: unfinished, leftOver };

export const UNINSTALL: Subject = {
  run: runUninstall,
  unfinished: notUndone,
  again: runUninstall,
  healed: notUndone,
  leftOver,
};

/** The container is started before anybody gets to run `uninstall` again. */
export const UNINSTALL_THEN_START: Subject = {
  ...UNINSTALL,
  again: runStart,
  healed: notLinked,
  // What was not finished beside what is kept in the home waits for the next `uninstall`.
  leftOver: (now, before) =>
    leftOver(now, before).filter((what) => !what.includes("/share/claude-credentials/")),
};

function notUndone(place: Place, now: readonly Entry[], before: Before): string[] {
  const store = place.store.slice(place.root.length + 1);
  const isKept = place.args.includes("--keep-store");
  const inHome = new Set(now.filter(({ path }) => path.startsWith("home/")).map(({ content }) => content));
  const kinds = new Map(now.map(({ path, kind }) => [path, kind]));
  const ours = [`${store}/`, "home/.cache/claude-credentials", "workspace/.git/claude-credentials"];
  // A folder of the older tool's name tells nothing any more when its last file is gone.
  const isLeft = ({ path }: Entry): boolean =>
    ours.some((own) => path.startsWith(own)) || (path === store && !store.endsWith(".secrets"));
  const exclude = now.find(({ path }) => path === "workspace/.git/info/exclude");
  return [
    ...(kinds.get("home/.claude") === "directory" ? [] : ["~/.claude is no directory"]),
    ...(kinds.get("home/.claude.json") === "file" ? [] : ["~/.claude.json is no file"]),
    ...(kinds.has("home/.claude-code-env") ? ["~/.claude-code-env is there"] : []),
    ...(readThrough(place) === before.newest ? [] : ["the newest login is not live"]),
    ...before.files
      .filter(({ content, path }) => !inHome.has(content) && !(isKept && path.startsWith(`${store}/`)))
      .map(({ path }) => `${path} is not in the home`),
    ...(isKept ? [] : now.filter(isLeft).map(({ path }) => `${path} is there`)),
    ...(!isKept && exclude?.content.includes("secrets") === true ? ["the exclude line is there"] : []),
  ];
}

/** Where nothing was left of the store, `start` may have chosen another place. */
function notLinked(place: Place, now: readonly Entry[], before: Before): string[] {
  const isLink = (path: string): boolean =>
    now.some(
      (entry) => entry.path === path && entry.kind === "symlink" && entry.content.startsWith(place.workspace),
    );
  return [
    ...["home/.claude", "home/.claude.json"]
      .filter((path) => !isLink(path))
      .map((path) => `${path} is no link`),
    ...(readThrough(place) === before.newest ? [] : ["the newest login is not live"]),
  ];
}
