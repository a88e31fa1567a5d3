import { isErrno } from "../errors.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import type { FileSystem, Owner, Path } from "./file-system.ts";
import { joinPath, parentPath } from "./path.ts";

export interface ReplaceDirectory {
  readonly fs: FileSystem;
  /** The directory that gives its name to a symlink. */
  readonly path: Path;
  /** The symlink's text. */
  readonly linkTarget: string;
  /** A name beside the directory that nothing has: there it lies afterwards, whole. */
  readonly aside: Path;
  readonly owner: Owner | null;
}

/**
 * Renames a directory aside and puts a symlink in its place. Should the second half fail the directory gets
 * its name back, so that whoever uses it finds one of the two.
 */
export function replaceDirectory(request: ReplaceDirectory): void {
  const { fs, path, linkTarget, aside, owner } = request;
  moveAside(fs, path, aside);
  try {
    fs.symlink(linkTarget, path);
  } catch (error) {
    moveAside(fs, aside, path);
    throw error;
  }
  if (owner !== null) fs.lchown(path, owner);
  fs.syncDirectory(parentPath(path));
}

/**
 * A directory that came with a container's image cannot be renamed (`EXDEV`, facts D12): then its files are,
 * one by one, the credential last, and it is gone when it is empty. On failure what moved is moved back.
 */
function moveAside(fs: FileSystem, from: Path, to: Path): void {
  try {
    fs.rename(from, to);
  } catch (error) {
    if (!isErrno(error, "EXDEV")) throw error;
    try {
      moveEntries(fs, from, to, true);
    } catch (failure) {
      moveEntries(fs, to, from, true);
      throw failure;
    }
  }
}

function moveEntries(fs: FileSystem, from: Path, to: Path, top: boolean): void {
  const stat = fs.lstat(from);
  if (stat === null) return;
  if (fs.lstat(to) === null) fs.mkdir(to, (stat.mode & 0o777) | 0o700);
  const names = fs.list(from);
  const ordered = top ? [...names].sort((a, b) => Number(isCredential(a)) - Number(isCredential(b))) : names;
  for (const name of ordered) {
    const source = joinPath(from, name);
    const target = joinPath(to, name);
    if (fs.lstat(source)?.type === "directory") moveEntries(fs, source, target, false);
    else fs.rename(source, target);
  }
  fs.rmdir(from);
}

function isCredential(name: Buffer): boolean {
  return name.toString("latin1") === CREDENTIAL_NAME;
}

/** Creates a symlink, or replaces a symlink or file, by one rename. */
export function placeLink(
  fs: FileSystem,
  link: {
    readonly path: Path;
    readonly target: string;
    readonly temporary: Path;
    readonly owner: Owner | null;
  },
): void {
  fs.symlink(link.target, link.temporary);
  try {
    if (link.owner !== null) fs.lchown(link.temporary, link.owner);
    fs.rename(link.temporary, link.path);
  } catch (error) {
    fs.unlink(link.temporary);
    throw error;
  }
  fs.syncDirectory(parentPath(link.path));
}
