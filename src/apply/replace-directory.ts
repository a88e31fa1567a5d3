import { errnoCode, isErrno, systemError } from "../errors.ts";
import { isLockName } from "../plan/plan-merge.ts";
import { credentialLast } from "./credential-last.ts";
import type { AnchoredFileSystem } from "./anchored-file-system.ts";
import type { FileSystem, Owner, Path } from "./file-system.ts";
import { freeName } from "./free-name.ts";
import type { LockSet } from "./lock/lock-set.ts";
import { moveEntry } from "./move-entry.ts";
import { joinPath, parentPath } from "./path.ts";
import { openUp } from "./remove-tree.ts";
import { removeQuietly } from "./transfer.ts";

export interface ReplaceDirectory {
  readonly fs: AnchoredFileSystem;
  /** The directory that gives its name to a symlink. */
  readonly path: Path;
  /** The symlink's text. */
  readonly linkTarget: string;
  /** Names beside the directory that nothing has: the symlink is made at one, the directory lies at the other afterwards, whole. */
  readonly temporary: Path;
  readonly aside: Path;
  readonly owner: Owner | null;
  /** Locks of which some lie in the directory; null where none are held. */
  readonly locks: LockSet | null;
}

/** A client begins once; each further time is another client's. */
const MOST_NEWCOMERS = 4;

/**
 * Renames a directory aside and puts a symlink in its place. The symlink is made before anything moves, so that
 * a full disk is met then; should the second half fail the directory gets its name back, so that whoever uses
 * it finds one of the two. A client that finds neither makes the directory anew: that one goes aside as well, to the
 * next free name after `aside`.
 */
export function replaceDirectory(request: ReplaceDirectory): void {
  const { fs, path, linkTarget, temporary, owner } = request;
  fs.symlink(linkTarget, temporary);
  try {
    if (owner !== null) fs.lchown(temporary, owner);
    mustLeadThere(fs, linkTarget);
    swap(request);
  } catch (error) {
    removeQuietly(fs, temporary);
    throw error;
  }
  fs.syncDirectory(parentPath(path));
}

function swap({ fs, path, linkTarget, temporary, aside, locks }: ReplaceDirectory): void {
  let moved: string | null = null;
  for (let newcomers = 0; ; newcomers += 1) {
    try {
      const to = freeName(fs, aside.toString());
      moveAside(fs, path, to, locks);
      moved ??= to;
      mustLeadThere(fs, linkTarget);
      fs.rename(temporary, path);
      return;
    } catch (error) {
      if (newcomers < MOST_NEWCOMERS && isErrno(error, "EISDIR", "ENOTEMPTY", "EEXIST")) continue;
      if (moved !== null) moveBack(fs, moved, path, aside.toString(), locks);
      throw error;
    }
  }
}

/** Where that is not to be had either, the next start finds all of it; what is told of is what came first. */
function moveBack(fs: FileSystem, from: string, to: Path, aside: string, locks: LockSet | null): void {
  try {
    if (fs.lstat(to)?.type === "directory") moveAside(fs, to, freeName(fs, aside));
    moveAside(fs, from, to, locks);
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
  }
}

/**
 * Gives an entry another name. A directory that came with a container's image cannot be renamed (`EXDEV`, facts D12): then its files are,
 * one by one, the credential last, and the emptied directories go. On failure what moved is moved back, but for
 * what the client has made anew meanwhile: that stays aside for the next start to merge.
 */
export function moveAside(fs: FileSystem, from: Path, to: Path, locks: LockSet | null = null): void {
  try {
    fs.rename(from, to);
    locks?.moved(from.toString(), to.toString());
  } catch (error) {
    if (!isErrno(error, "EXDEV") || fs.lstat(from)?.type !== "directory") throw error;
    try {
      moveFiles(fs, from, to, takeAway);
      locks?.releaseBelow(from.toString());
      removeDirectories(fs, from);
    } catch (failure) {
      if (moveFiles(fs, to, from, moveEntry)) removeDirectories(fs, to);
      throw failure;
    }
  }
}

/**
 * The directories stay, emptied, so that the way back needs no room on the disk.
 * @returns false where something had a name already and its namesake stays where it was.
 */
function moveFiles(fs: FileSystem, from: Path, to: Path, move: typeof moveEntry, top = true): boolean {
  const stat = fs.lstat(from);
  if (stat === null) return true;
  let all = true;
  if (fs.lstat(to) === null) fs.mkdir(to, (stat.mode & 0o777) | 0o700);
  openUp(fs, from, stat.mode);
  // The locks stay where those who wait for them look.
  const names = fs.list(from).filter((name) => !top || !isLockName(name.toString("latin1")));
  for (const name of top ? credentialLast(names) : names) {
    const source = joinPath(from, name);
    const target = joinPath(to, name);
    const isDirectory = fs.lstat(source)?.type === "directory";
    const isMoved = isDirectory ? moveFiles(fs, source, target, move, false) : move(fs, source, target);
    all &&= isMoved;
  }
  return all;
}

/** One rename takes what is there at that instant; nobody else knows of where it goes. */
function takeAway(fs: FileSystem, from: Path, to: Path): boolean {
  fs.rename(from, to);
  return true;
}

/** @throws `ENOTEMPTY` where something appeared in one of them meanwhile. */
function removeDirectories(fs: FileSystem, path: Path): void {
  if (fs.lstat(path) === null) return;
  for (const name of fs.list(path)) {
    const child = joinPath(path, name);
    if (fs.lstat(child)?.type === "directory") removeDirectories(fs, child);
  }
  fs.rmdir(path);
}

/**
 * Replaces a symlink or file by a symlink with one rename; where nothing is to be replaced it is made in place.
 * @throws `EEXIST` where something has appeared there
 */
export function placeLink(
  fs: AnchoredFileSystem,
  link: {
    readonly path: Path;
    readonly target: string;
    readonly temporary: Path;
    readonly owner: Owner | null;
    readonly replaces: boolean;
  },
): void {
  if (!link.replaces) {
    mustLeadThere(fs, link.target);
    fs.symlink(link.target, link.path);
    if (link.owner !== null) fs.lchown(link.path, link.owner);
    fs.syncDirectory(parentPath(link.path));
    return;
  }
  fs.symlink(link.target, link.temporary);
  try {
    if (link.owner !== null) fs.lchown(link.temporary, link.owner);
    mustLeadThere(fs, link.target);
    fs.rename(link.temporary, link.path);
  } catch (error) {
    removeQuietly(fs, link.temporary);
    throw error;
  }
  fs.syncDirectory(parentPath(link.path));
}

/** A symlink is a path: where that leads to another directory than the one that was filled, there must be none. */
function mustLeadThere(fs: AnchoredFileSystem, target: string): void {
  if (!fs.isStillThere(target))
    throw systemError("ESTALE", `'${target}' is not what it was when it was looked at`, target);
}
