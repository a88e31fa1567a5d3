import { isErrno } from "../errors.ts";
import { credentialLast } from "./credential-last.ts";
import { decideMerge } from "../plan/plan-merge.ts";
import { backupPaths, backupsHold } from "./backups.ts";
import type { FileSystem, Path, Stat } from "./file-system.ts";
import { below, joinPath } from "./path.ts";
import type { Progress } from "./progress.ts";
import { openUp, removeTree } from "./remove-tree.ts";
import { isSame } from "./same-content.ts";
import { readSmallFile } from "./transfer.ts";

export interface SettleRequest {
  readonly fs: FileSystem;
  /** The directory whose content the store is to hold already. */
  readonly source: Path;
  readonly target: Path;
  readonly backups: Path;
  /** Whether the emptied directory itself stays. */
  readonly keepDirectory: boolean;
  /** A directory whose entries count as kept besides (the image's own copy), or null. */
  readonly alsoHeldIn: string | null;
  /** Names in the source that stay and are not spoken of. */
  readonly leave: readonly string[];
  /** Told of each entry, where somebody wants to know. */
  readonly progress?: Progress;
}

/** A request, and where what lost lies by the time that it is begun. */
type Settling = SettleRequest & { readonly backupPaths: readonly Path[] };

/**
 * Empties a directory that has been merged: an entry goes only when the very same one was just seen in the
 * store or its backups, the credential last.
 * @returns the entries that had to stay, relative to the source.
 */
export function* settleTree(request: SettleRequest): Generator<void, Buffer[]> {
  const { fs, source } = request;
  const left: Buffer[] = [];
  openUp(fs, source, fs.lstat(source)?.mode ?? 0o700);
  request.progress?.begin("removed from where they were", null);
  const settling = { ...request, backupPaths: backupPaths(fs, request.backups) };
  yield* settleDirectory(settling, Buffer.alloc(0), 0, left);
  if (left.length === 0 && !request.keepDirectory) fs.rmdir(source);
  return left;
}

function* settleDirectory(
  request: Settling,
  relative: Buffer,
  depth: number,
  left: Buffer[],
): Generator<void> {
  const { fs, source } = request;
  const names = fs.list(below(source, relative));
  for (const name of depth === 0 ? credentialLast(names) : names) {
    const path = joinPath(relative, name);
    const stat = fs.lstat(below(source, path));
    if (stat === null || (depth === 0 && request.leave.includes(name.toString()))) continue;
    if (stat.type === "directory" && decideMerge(name.toString("latin1"), depth, stat, null) !== "ignore") {
      const before = left.length;
      openUp(fs, below(source, path), stat.mode);
      yield* settleDirectory(request, path, depth + 1, left);
      if (left.length === before)
        removeOr(left, path, () => {
          fs.rmdir(below(source, path));
        });
    } else if (yield* isHeld(request, path, depth, stat)) {
      removeOr(left, path, () => {
        removeTree(fs, below(source, path));
      });
    } else {
      left.push(path);
    }
    request.progress?.step();
    yield;
  }
}

/** An entry that cannot be removed (immutable, say) is one more that stays; nothing else stops for it. */
function removeOr(left: Buffer[], path: Buffer, remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (!isErrno(error, "EPERM", "EACCES", "EBUSY", "ENOTEMPTY", "EROFS")) throw error;
    left.push(path);
  }
}

function* isHeld(request: Settling, path: Buffer, depth: number, stat: Stat): Generator<void, boolean> {
  const { fs, source, target, backups, alsoHeldIn } = request;
  const name = path.subarray(path.lastIndexOf(0x2f) + 1);
  const decision = decideMerge(name.toString("latin1"), depth, stat, null);
  if (decision === "ignore") return true;
  if (decision === "skip") return false;
  const here = below(source, path);
  const image = alsoHeldIn === null ? [] : [alsoHeldIn];
  for (const place of [target, ...image, ...request.backupPaths]) {
    const there = below(place, path);
    const held = fs.lstat(there);
    if (held?.type !== stat.type || (stat.type === "file" && held.size !== stat.size)) continue;
    if (yield* isSame(fs, here, there, stat)) return true;
  }
  if (decision !== "credential" && decision !== "state") return false;
  const bytes = readSmallFile(fs, here, stat.size);
  return bytes !== null && (bytes.length === 0 || backupsHold(fs, backups, name.toString(), bytes));
}
