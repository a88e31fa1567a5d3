import { backupPaths, inBackups, makeBackupPlace } from "./backups.ts";
import { copyFile } from "./copy-file.ts";
import type { Path, Stat } from "./file-system.ts";
import type { Flush } from "./flush.ts";
import type { MergeRequest } from "./merge-request.ts";
import { below, joinPath } from "./path.ts";
import { tryLink } from "./try-link.ts";

/**
 * Puts what was staged as the newer one in the place of the target's, by one rename each, when that one has its place
 * in the backups. Where the target's is the newer one by now, or another kind of entry, it stays, and what was staged
 * goes to the backups.
 * @param from the staged entries
 */
export function* replaceOlder(
  request: MergeRequest,
  flush: Flush,
  from: Buffer,
  relative: Buffer = Buffer.alloc(0),
): Generator<void> {
  const { fs, target } = request;
  for (const name of fs.list(below(from, relative))) {
    const path = joinPath(relative, name);
    const [staged, older] = [joinPath(from, path), below(target, path)];
    const stat = fs.lstat(staged);
    if (stat?.type === "directory") yield* replaceOlder(request, flush, from, path);
    else if (stat !== null) {
      const wins = isOlder(fs.lstat(older), stat) && (yield* keep(request, flush, path, older));
      if (wins) {
        // The copy in the backups must outlive a power cut that the rename outlives.
        flush.run(fs, target);
        flush.note(below(target, relative));
      }
      if (wins && isOlder(fs.lstat(older), stat)) fs.rename(staged, older);
      else yield* keep(request, flush, path, staged);
    }
    yield;
  }
}

function isOlder(older: Stat | null, than: Stat): boolean {
  return older?.type === than.type && older.modifiedNs < than.modifiedNs;
}

/** @returns false where something else has the place in the backup. */
function* keep(request: MergeRequest, flush: Flush, path: Buffer, loser: Path): Generator<void, boolean> {
  const { fs, backups, owner } = request;
  const stat = fs.lstat(loser);
  if (stat === null) return false;
  if (yield* inBackups(fs, backupPaths(fs, backups), path, loser, stat)) return true;
  const kept = makeBackupPlace(request, flush, path);
  if (fs.lstat(kept) !== null) return false;
  if (stat.type === "symlink") {
    fs.symlink(fs.readlink(loser), kept);
    return true;
  }
  if (!tryLink(fs, loser, kept)) yield* copyFile(fs, loser, kept, { mode: null, owner });
  flush.note(kept);
  return true;
}
