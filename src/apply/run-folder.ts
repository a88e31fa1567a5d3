import { basename, dirname, isAbsolute } from "node:path";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import { isDeadRun } from "../inspect/run-tag.ts";
import { errnoCode } from "../errors.ts";
import type { FileSystem, Owner } from "./file-system.ts";
import { readProcess } from "./lock/process-facts.ts";
import { removeTree } from "./remove-tree.ts";
import { readSmallFile, writeNew } from "./transfer.ts";

/** Prefix of the private folders that are there for one run. */
export const RUN_PREFIX = "claude-credentials-run-";

/** What such a run made and could not bring to its place: no later run takes it away. */
const KEPT_PREFIX = `${RUN_PREFIX}kept-`;

/** Milliseconds: a run shows at least this often that it lives, by its folder's time. */
export const RUN_TOUCH_MS = 60_000;
/** One of this boot and container is judged by its processes too, and only left a little longer. */
const ABANDONED_HERE_MS = 10 * RUN_TOUCH_MS;
const ABANDONED_MS = 60 * RUN_TOUCH_MS;
/** Which process works in a folder, beside the run that made it: it may outlive that. */
const PROCESS_NAME = "process";

export interface RunFolders {
  readonly fs: FileSystem;
  readonly user: Owner;
  /** Epoch milliseconds. */
  readonly now: number;
  /** `XDG_RUNTIME_DIR`, as it stands in the environment. */
  readonly runtimeDirectory: string | undefined;
  /** This run's name, and so much more that no other has it. */
  readonly tag: string;
  readonly nonce: string;
}

/**
 * Makes a folder that nobody else may look into, in the user's runtime directory or else in `/tmp`; what killed runs
 * left in either goes first.
 * @returns its absolute path. Throws the `ErrnoException` of a folder that cannot be made.
 */
export function makeRunFolder(folders: RunFolders): string {
  const { fs, tag, nonce } = folders;
  const runtime = privateDirectory(folders);
  for (const base of runtime === null ? [SHARED] : [runtime, SHARED]) sweep(folders, base);
  const path = `${runtime ?? SHARED}/${RUN_PREFIX}${tag}-${nonce}`;
  fs.mkdir(path, 0o700);
  return path;
}

/** Notes in a folder which process works in it. */
export function noteProcess(fs: FileSystem, folder: string, pid: number | undefined): void {
  quietly(() => {
    const started = pid === undefined ? null : readProcess(fs, pid);
    if (started === null) return;
    writeNew(fs, `${folder}/${PROCESS_NAME}`, `${started.pid.toString()} ${started.procStart}`);
  });
}

/** Shows that a run lives. What fails is no harm for a while. */
export function touchRunFolder(fs: FileSystem, folder: string, now: number): void {
  const time = BigInt(now) * 1_000_000n;
  quietly(() => {
    fs.lutimes(folder, time, time);
  });
}

/**
 * Removes a folder whose run is over; a process that the command left may still write to it.
 * @returns false where something of it stays: a later run's sweep removes that
 */
export function removeRunFolder(fs: FileSystem, folder: string): boolean {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    quietly(() => {
      removeTree(fs, folder);
    });
    if (quietly(() => fs.lstat(folder)) === null) return true;
  }
  return false;
}

/** An empty directory in a run's folder for what makes a new login: made beforehand, it needs no room when there is one. */
export function newLoginIn(folder: string): string {
  return `${folder}/login`;
}

/** The place that `keepFromRunFolder` gives something of a folder. */
export function keptPath(folder: string): string {
  return `${dirname(folder)}/${KEPT_PREFIX}${basename(folder).slice(RUN_PREFIX.length)}`;
}

/**
 * Has a directory of a folder outlive it, by a rename, which needs no room.
 * @returns false where that cannot be: then it is where it was
 */
export function keepFromRunFolder(fs: FileSystem, folder: string, directory: string): boolean {
  const isKept = quietly(() => {
    fs.rename(directory, keptPath(folder));
    return true;
  });
  return isKept === true;
}

const SHARED = "/tmp";

/** The user's own directory for such things, if it is one that nobody else can write to. */
function privateDirectory({ fs, user, runtimeDirectory: path }: RunFolders): string | null {
  if (path === undefined || !isAbsolute(path)) return null;
  const isPrivate = quietly(() => {
    const stat = fs.stat(path);
    return (
      stat?.type === "directory" && stat.uid === user.uid && (stat.mode & 0o022) === 0 && fs.canWrite(path)
    );
  });
  return isPrivate === true ? path : null;
}

/** Of another boot or container nothing can be seen but how old its folder is. */
function sweep(folders: RunFolders, base: string): void {
  const { fs, user, now, tag } = folders;
  const names = quietly(() => fs.list(base).map((name) => name.toString())) ?? [];
  for (const name of names.filter((one) => one.startsWith(RUN_PREFIX) && !one.startsWith(KEPT_PREFIX))) {
    const path = `${base}/${name}`;
    quietly(() => {
      const stat = fs.lstat(path);
      if (stat?.type !== "directory" || stat.uid !== user.uid) return;
      const age = now - Number(stat.modifiedNs / 1_000_000n);
      const run = name.slice(RUN_PREFIX.length);
      const isHere = run.split("-")[0] === tag.split("-")[0];
      if (age < (isHere ? ABANDONED_HERE_MS : ABANDONED_MS)) return;
      // A container's first process has the number of the one before it.
      const isOver = isDeadRun(fs, run, tag) || run.split("-")[1] === tag.split("-")[1];
      if (isHere && (!isOver || isAtWork(fs, path))) return;
      rescueLogin(fs, path);
      removeTree(fs, path);
    });
  }
}

/** A login that came when its run was over, or that a killed one had not yet brought to its place, is kept. */
function rescueLogin(fs: FileSystem, folder: string): void {
  if (fs.lstat(newLoginIn(folder)) === null) return;
  const made = [newLoginIn(folder), `${folder}/config`].find(
    (directory) => fs.lstat(`${directory}/${CREDENTIAL_NAME}`) !== null,
  );
  // Where it cannot be, all stays: this is within `quietly`.
  if (made !== undefined) fs.rename(made, keptPath(folder));
}

function isAtWork(fs: FileSystem, folder: string): boolean {
  const [pid = "", start] = readSmallFile(fs, `${folder}/${PROCESS_NAME}`, 100)?.toString().split(" ") ?? [];
  const found = /^\d+$/.test(pid) ? readProcess(fs, Number(pid)) : null;
  return found !== null && !found.hasEnded && found.procStart === start;
}

/** What fails is left for the next run. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return undefined;
  }
}
