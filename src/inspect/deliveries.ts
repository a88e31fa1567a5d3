import { basename, dirname } from "node:path";
import type { AnchoredFileSystem } from "../apply/anchored-file-system.ts";
import type { FileSystem } from "../apply/file-system.ts";
import { joinPath } from "../apply/path.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { errnoCode } from "../errors.ts";
import { CONFIG_NAME, OLDER_COPY_NAME } from "../layout.ts";
import type { FormatFile } from "./format-file.ts";
import { listCommitted, listTracked } from "./git-paths.ts";
import type { GitAnswer } from "./git.ts";
import { readHeadLog } from "./head-log.ts";
import type { Repository } from "./repository.ts";

/** What git brought into a store in the work tree. Paths are from the repository's top, bytes in latin1. */
export interface Deliveries {
  /** What the index says. */
  readonly answer: GitAnswer;
  /** Whether this very store was committed: its `format` is in the index and names its own directory. */
  readonly isOwnWork: boolean;
  /** Entries of ours that a checkout brought, or may have brought, and that are there. */
  readonly present: readonly string[];
  /** How far the log of what was checked out has come; null where nothing that is new in it concerns the store. */
  readonly position: string | null;
  /** The list of them that outlives git's own log; null where there is no git directory that may hold it. */
  readonly list: DeliveryList | null;
}

/** Texts that the list must have: null where it has it. */
export interface DeliveryList {
  readonly path: string;
  readonly withPresent: string | null;
  /** Without the store's entries, as it must be once the user said that they are his. */
  readonly without: string | null;
}

export interface DeliveryQuestion {
  readonly repository: Repository;
  /** The store's folder, in the workspace folder. */
  readonly root: string;
  readonly list: string | null;
  readonly format: FormatFile | null;
  readonly identity: string | null;
}

const LIMIT = 4 * 1024 * 1024;
const LISTED = 1000;
/** What the client or a `start` would take from a store: names in its root. */
const OURS = [CONFIG_NAME, "env-vars", "containers", "profiles", "backups", "format", OLDER_COPY_NAME];

/**
 * Asks the index, the log of what was checked out, and our own list of earlier finds. A file that a branch brought
 * stays behind when the branch is taken back in some ways (`reset --mixed`): it is nobody's then, and looks ours.
 */
export function inspectDeliveries(fs: AnchoredFileSystem, question: DeliveryQuestion): Deliveries {
  const { repository, root, list, format, identity } = question;
  const { top } = repository;
  const [folder, name] = [dirname(root), basename(root)];
  const there = fs.workingDirectory(top);
  const tracked = listTracked(folder, top, name, there);
  const knowsItself = identity !== null && format?.identity === identity;
  const log = readHeadLog(fs, top, knowsItself ? format.lookedAt : null);
  const committed =
    log.commits.length === 0 ? [] : (listCommitted(folder, top, name, log.commits, there) ?? []);
  const listed = list === null ? [] : readList(fs, list);
  const below = belowTop(top, root);
  const isOurs = (path: string): boolean => restOf(path, below) !== null;
  const brought = new Set([...(tracked ?? []), ...committed, ...listed].filter(isOurs));
  const present = [...brought]
    .filter((path) => isPresent(fs, top, path, root, restOf(path, below) ?? ""))
    .sort();
  const others = listed.filter((path) => !isOurs(path));
  const rewritten = (wanted: readonly string[]): string | null =>
    wanted.length === listed.length && wanted.every((path) => listed.includes(path))
      ? null
      : renderList(wanted);
  return {
    answer: tracked === null ? "no-answer" : tracked.length === 0 ? "not-tracked" : "tracked",
    isOwnWork: knowsItself && (tracked ?? []).some((path) => restOf(path, below) === "format"),
    present,
    position: committed.some(isOurs) ? log.position : null,
    list:
      list === null
        ? null
        : {
            path: list,
            withPresent: rewritten([...others, ...present.slice(0, LISTED)]),
            without: rewritten(others),
          },
  };
}

/** What follows the store's own path, in any case, where that is an entry of ours; else null. */
function restOf(path: string, below: string): string | null {
  if (!path.toLowerCase().startsWith(`${below.toLowerCase()}/`)) return null;
  const rest = path.slice(below.length + 1);
  return OURS.includes(rest.split("/")[0]?.toLowerCase() ?? "") ? rest : null;
}

/** Whether a path of git's is there and lies in the store: on a file system that is blind to case also under another name. */
function isPresent(fs: FileSystem, top: string, path: string, root: string, rest: string): boolean {
  try {
    const seen = fs.lstat(joinPath(top, Buffer.from(path, "latin1")));
    const own = fs.lstat(joinPath(root, Buffer.from(rest, "latin1")));
    return seen !== null && seen.inode === own?.inode && seen.device === own.device;
  } catch (error) {
    const code = errnoCode(error);
    if (code === undefined) throw error;
    return code !== "ENAMETOOLONG";
  }
}

/** Those in the list that lie in the store at `root` and are there. */
export function listPresent(fs: FileSystem, top: string, root: string, list: string): string[] {
  const below = belowTop(top, root);
  return readList(fs, list).filter((path) => {
    const rest = restOf(path, below);
    return rest !== null && isPresent(fs, top, path, root, rest);
  });
}

function belowTop(top: string, root: string): string {
  return Buffer.from(root.slice(top === "/" ? 1 : top.length + 1)).toString("latin1");
}

/** The paths in the list of what git brought into this repository's stores. */
function readList(fs: FileSystem, path: string): string[] {
  try {
    const text = fs.lstat(path)?.type === "file" ? readSmallFile(fs, path, LIMIT)?.toString() : undefined;
    return (text ?? "").split("\n").flatMap(parseLine);
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return [];
  }
}

function parseLine(line: string): string[] {
  try {
    const path: unknown = JSON.parse(line);
    return typeof path === "string" ? [path] : [];
  } catch {
    return [];
  }
}

function renderList(paths: readonly string[]): string {
  return paths.map((path) => `${JSON.stringify(path)}\n`).join("");
}
