import type { Room } from "../plan/check-room.ts";
import { backupPaths, inBackups } from "./backups.ts";
import type { Stat } from "./file-system.ts";
import type { MergeRequest } from "./merge-request.ts";
import { below } from "./path.ts";
import { isSame } from "./same-content.ts";
import { walkSource, type Seen, type Visitor } from "./walk-source.ts";

/** What most file systems take for the smallest file, and for a small directory. */
const BLOCK = 4096;

/** What an entry takes when it is copied; holes stay holes. */
export function roomOf(stat: Stat): Room {
  if (stat.type === "directory") return { bytes: BLOCK, files: 1 };
  if (stat.type === "symlink") return { bytes: stat.size, files: 1 };
  return { bytes: Math.min(stat.allocated, Math.ceil(stat.size / BLOCK) * BLOCK), files: 1 };
}

/**
 * What a merge takes of the store's file system, as exactly as can be told beforehand: what the store has already is
 * looked up, which means to read it.
 * @param isLinked whether a file is given a second name rather than copied
 */
export function* roomNeeded(request: MergeRequest, isLinked: (stat: Stat) => boolean): Generator<void, Room> {
  const counting = new Counting(request, isLinked);
  yield* walkSource(request, counting);
  return { bytes: counting.bytes, files: counting.files };
}

class Counting implements Visitor {
  bytes = 0;
  files = 0;
  readonly #request: MergeRequest;
  readonly #isLinked: (stat: Stat) => boolean;
  readonly #backups: readonly Buffer[];
  /** Inodes with several names are copied once. */
  readonly #inodes = new Set<string>();

  constructor(request: MergeRequest, isLinked: (stat: Stat) => boolean) {
    this.#request = request;
    this.#isLinked = isLinked;
    this.#backups = backupPaths(request.fs, request.backups);
  }

  *entry(seen: Seen): Generator<void> {
    const { stat, decision } = seen;
    if (decision === "descend" || (decision === "compare" && (yield* this.#isThere(seen)))) return;
    const isMove = decision !== "credential" && decision !== "state";
    if (stat.type === "file" && isMove && (this.#isLinked(stat) || this.#isKnown(stat))) return;
    const { bytes, files } = roomOf(stat);
    this.bytes += bytes;
    this.files += files;
  }

  directory(): void {
    return;
  }

  closed(): void {
    return;
  }

  *#isThere({ path, stat }: Seen): Generator<void, boolean> {
    const { fs, source, target, losers } = this.#request;
    const here = below(source, path);
    if (losers === "drop" || (yield* isSame(fs, here, below(target, path), stat))) return true;
    return yield* inBackups(fs, this.#backups, path, here, stat);
  }

  #isKnown({ device, inode, links }: Stat): boolean {
    if (links < 2) return false;
    const key = `${device.toString()}:${inode.toString()}`;
    const isKnown = this.#inodes.has(key);
    this.#inodes.add(key);
    return isKnown;
  }
}
