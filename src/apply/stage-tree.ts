import { isErrno } from "../errors.ts";
import { decideMerge, isTakenAlong, type MergeDecision } from "../plan/plan-merge.ts";
import { backupPaths, inBackups } from "./backups.ts";
import { copyFile, finishEntry, type CopyOptions } from "./copy-file.ts";
import type { FileSystem, Stat } from "./file-system.ts";
import { Flush } from "./flush.ts";
import type { MergeRequest, MergeTally } from "./merge-request.ts";
import { below, joinPath } from "./path.ts";
import { isSame } from "./same-content.ts";
import { tryLink } from "./try-link.ts";

/** Below the staging directory: what will be added, what will take the place of an older one, what will be backups. */
export const STAGED_TREE = "tree";
export const STAGED_NEWER = "newer";
export const STAGED_BACKUPS = "backups";
type Area = typeof STAGED_TREE | typeof STAGED_NEWER | typeof STAGED_BACKUPS;

/**
 * Copies (or, where the source goes away, hard-links) everything the target lacks to the staging directory,
 * and what loses against the target too. Neither source nor target changes; the credential and the state
 * file wait for the commit. Yields after each entry, and in large files. When it returns, all that is staged is
 * durable.
 */
export function* stageTree(request: MergeRequest, tally: MergeTally): Generator<void> {
  const stage = new Stage(request, tally);
  request.fs.mkdir(request.staging, 0o700);
  yield* stage.directory(Buffer.alloc(0), 0);
  stage.flush.note(request.staging);
  stage.flush.run(request.fs, request.staging);
}

class Stage {
  readonly flush = new Flush();
  /** Directories of the areas that are there: those above the entry at work, no others. */
  readonly #made = new Set<string>();
  /** Copies of inodes with several names, by inode. */
  readonly #copies = new Map<string, Buffer>();
  readonly #request: MergeRequest;
  readonly #tally: MergeTally;
  readonly #copy: CopyOptions;
  #backups: readonly Buffer[] | null = null;

  constructor(request: MergeRequest, tally: MergeTally) {
    this.#request = request;
    this.#tally = tally;
    this.#copy = { mode: null, owner: request.owner };
  }

  *directory(relative: Buffer, depth: number): Generator<void> {
    const { fs, target, staging, losers, progress } = this.#request;
    for (const [path, stat] of this.#entries(relative)) {
      const against = fs.lstat(below(target, path));
      const name = path.subarray(path.lastIndexOf(0x2f) + 1).toString("latin1");
      const decision = decideMerge(name, depth, stat, against);
      yield* this.#entry(decision, path, depth, stat, against);
      if (this.flush.isDue) this.flush.run(fs, staging);
      if (isTakenAlong(decision, losers)) progress?.step();
      yield;
    }
    for (const area of [STAGED_TREE, STAGED_NEWER, STAGED_BACKUPS])
      this.#made.delete(below(joinPath(staging, area), relative).toString("latin1"));
  }

  /** The entries of a directory of the source that are not left out, by their path. */
  *#entries(relative: Buffer): Generator<readonly [Buffer, Stat], void> {
    const { fs, source, leaveOut } = this.#request;
    for (const name of fs.list(below(source, relative))) {
      const path = joinPath(relative, name);
      const stat = fs.lstat(below(source, path));
      if (stat === null || leaveOut(path.toString("latin1")) || isForeignLock(fs, below(source, path), stat))
        continue;
      yield [path, stat];
    }
  }

  *#entry(
    decision: MergeDecision,
    path: Buffer,
    depth: number,
    stat: Stat,
    against: Stat | null,
  ): Generator<void> {
    const { fs, source, target, prefer } = this.#request;
    switch (decision) {
      case "credential":
      case "state":
      case "ignore":
        return;
      case "skip":
        this.#tally.skipped.push(path);
        return;
      case "descend":
        yield* this.directory(path, depth + 1);
        return;
      case "add":
        yield* this.#putBelow(STAGED_TREE, path, stat);
        return;
      case "compare":
        if (yield* isSame(fs, below(source, path), below(target, path), stat)) this.#tally.same += 1;
        else if (prefer === "newer" && stat.modifiedNs > (against?.modifiedNs ?? 0n)) {
          // What the backups hold has lost already, and nobody wrote it since.
          if (!(yield* this.#isInBackups(path, stat))) yield* this.#putBelow(STAGED_NEWER, path, stat);
        } else yield* this.#putLoser(path, stat);
        return;
      case "lose":
        yield* this.#putLoser(path, stat);
        return;
      default:
        decision satisfies never;
    }
  }

  *#putLoser(path: Buffer, stat: Stat): Generator<void> {
    if (this.#request.losers === "drop" || (yield* this.#isInBackups(path, stat))) return;
    yield* this.#putBelow(STAGED_BACKUPS, path, stat);
  }

  *#isInBackups(path: Buffer, stat: Stat): Generator<void, boolean> {
    const { fs, source, backups } = this.#request;
    this.#backups ??= backupPaths(fs, backups);
    return yield* inBackups(fs, this.#backups, path, below(source, path), stat);
  }

  /** Stages one entry whose place above may not be there yet. */
  *#putBelow(area: Area, path: Buffer, stat: Stat): Generator<void> {
    const root = joinPath(this.#request.staging, area);
    this.#makeOnce(root);
    for (let slash = path.indexOf(0x2f); slash !== -1; slash = path.indexOf(0x2f, slash + 1))
      this.#makeOnce(joinPath(root, path.subarray(0, slash)));
    yield* this.#put(area, path, stat);
  }

  /** Stages one entry with all that is below it. */
  *#put(area: Area, path: Buffer, stat: Stat): Generator<void> {
    const { fs, source, staging, progress } = this.#request;
    const from = below(source, path);
    const to = joinPath(joinPath(staging, area), path);
    if (stat.type === "directory") {
      fs.mkdir(to, 0o700);
      for (const [child, childStat] of this.#entries(path)) {
        if (childStat.type === "fifo" || childStat.type === "socket" || childStat.type === "device")
          this.#tally.skipped.push(child);
        else {
          yield* this.#put(area, child, childStat);
          progress?.step();
        }
        if (this.flush.isDue) this.flush.run(fs, staging);
        yield;
      }
      finishEntry(fs, to, stat, this.#copy);
      this.flush.note(to);
      return;
    }
    if (stat.type === "symlink") {
      fs.symlink(fs.readlink(from), to);
      finishEntry(fs, to, stat, this.#copy);
    } else {
      try {
        yield* this.#putFile(from, to, stat);
      } catch (error) {
        // A client's own temporary file, gone since it was listed.
        if (isErrno(error, "ENOENT") && fs.lstat(from) === null) return;
        throw error;
      }
    }
    if (area !== STAGED_BACKUPS) this.#tally.added += 1;
    if (area !== STAGED_TREE) this.#tally.backedUp += 1;
  }

  *#putFile(from: Buffer, to: Buffer, stat: Stat): Generator<void> {
    const { fs, sourceGoes, owner } = this.#request;
    // A second name would carry bits along that a copy is not given.
    const isPlain = (stat.mode & 0o7000) === 0;
    if (sourceGoes && isPlain && tryLink(fs, from, to)) {
      if (owner !== null) fs.lchown(to, owner);
      this.flush.note(to);
      return;
    }
    const inode = stat.links > 1 ? `${stat.device.toString()}:${stat.inode.toString()}` : null;
    const first = inode === null ? undefined : this.#copies.get(inode);
    if (first === undefined || !tryLink(fs, first, to)) {
      yield* copyFile(fs, from, to, this.#copy);
      if (inode !== null) this.#copies.set(inode, to);
    }
    this.flush.note(to, stat.size);
  }

  #makeOnce(directory: Buffer): void {
    const { fs, owner } = this.#request;
    const key = directory.toString("latin1");
    if (this.#made.has(key)) return;
    fs.mkdir(directory, 0o700);
    if (owner !== null) fs.lchown(directory, owner);
    this.#made.add(key);
    this.flush.note(directory);
  }
}

/** Programs of all kinds make such a directory while they write `X`, and it means nothing elsewhere. */
function isForeignLock(fs: FileSystem, path: Buffer, stat: Stat): boolean {
  if (stat.type !== "directory" || !path.toString("latin1").endsWith(".lock")) return false;
  try {
    return fs.list(path).length === 0;
  } catch (error) {
    // Given back since it was seen.
    if (isErrno(error, "ENOENT")) return true;
    throw error;
  }
}
