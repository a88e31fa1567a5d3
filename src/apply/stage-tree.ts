import { isErrno } from "../errors.ts";
import { decideMerge } from "../plan/plan-merge.ts";
import { inBackups } from "./backups.ts";
import type { Path, Stat } from "./file-system.ts";
import { Flush } from "./flush.ts";
import type { MergeRequest, MergeTally } from "./merge-request.ts";
import { joinPath } from "./path.ts";
import { copyFile, finishEntry, haveSameContent, type CopyOptions } from "./transfer.ts";

/** Below the staging directory: what will be added, and what will be backups. */
export const STAGED_TREE = "tree";
export const STAGED_BACKUPS = "backups";

/**
 * Copies (or, where the source goes away, hard-links) everything the target lacks to the staging directory,
 * and what loses against the target too. Neither source nor target changes; the credential and the state
 * file wait for the commit. Yields after each entry. When it returns, all that is staged is durable.
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
  readonly #made = new Set<string>();
  readonly #request: MergeRequest;
  readonly #tally: MergeTally;
  readonly #copy: CopyOptions;

  constructor(request: MergeRequest, tally: MergeTally) {
    this.#request = request;
    this.#tally = tally;
    this.#copy = { mode: null, owner: request.owner, durable: false };
  }

  *directory(relative: Buffer, depth: number): Generator<void> {
    const { fs, source, target, leaveOut } = this.#request;
    for (const name of fs.list(at(source, relative))) {
      const path = joinPath(relative, name);
      const from = at(source, path);
      const stat = fs.lstat(from);
      if (stat === null || leaveOut(path.toString("latin1"))) continue;
      const against = fs.lstat(at(target, path));
      yield* this.#entry(path, depth, stat, against);
      yield;
    }
  }

  *#entry(path: Buffer, depth: number, stat: Stat, against: Stat | null): Generator<void> {
    const { source, target, losers } = this.#request;
    const name = path.subarray(path.lastIndexOf(0x2f) + 1).toString("latin1");
    const decision = decideMerge(name, depth, stat, against);
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
        yield* this.#put(STAGED_TREE, path, stat);
        return;
      case "compare":
        if (isSame(this.#request, at(source, path), at(target, path), stat)) {
          this.#tally.same += 1;
          return;
        }
        if (losers === "keep") yield* this.#putLoser(path, stat);
        return;
      case "lose":
        if (losers === "keep") yield* this.#putLoser(path, stat);
        return;
      default:
        decision satisfies never;
    }
  }

  *#putLoser(path: Buffer, stat: Stat): Generator<void> {
    const { fs, source, backups } = this.#request;
    if (stat.type === "file" && inBackups(fs, backups, path, at(source, path))) return;
    yield* this.#put(STAGED_BACKUPS, path, stat);
  }

  /** Stages one entry with all that is below it. */
  *#put(area: string, path: Buffer, stat: Stat): Generator<void> {
    const { fs, source, staging } = this.#request;
    const from = at(source, path);
    const to = at(joinPath(staging, area), path);
    this.#makeParents(area, path);
    if (stat.type === "directory") {
      fs.mkdir(to, 0o700);
      this.#made.add(to.toString("latin1"));
      for (const name of fs.list(from)) {
        const child = joinPath(path, name);
        const childStat = fs.lstat(at(source, child));
        if (childStat === null || this.#request.leaveOut(child.toString("latin1"))) continue;
        if (childStat.type === "fifo" || childStat.type === "socket" || childStat.type === "device") {
          this.#tally.skipped.push(child);
        } else {
          yield* this.#put(area, child, childStat);
        }
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
      this.#putFile(from, to);
      this.flush.note(to);
    }
    if (area === STAGED_TREE) this.#tally.added += 1;
    else this.#tally.backedUp += 1;
  }

  #putFile(from: Buffer, to: Buffer): void {
    const { fs, sourceGoes, owner } = this.#request;
    if (sourceGoes) {
      try {
        fs.link(from, to);
        if (owner !== null) fs.lchown(to, owner);
        return;
      } catch (error) {
        // Another file system, one without hard links, an immutable file or one of another owner: a copy does.
        if (!isErrno(error, "EXDEV", "EPERM", "EMLINK", "ENOSYS", "EOPNOTSUPP", "EACCES")) throw error;
      }
    }
    copyFile(fs, from, to, this.#copy);
  }

  /** The directories above a staged entry whose own place is in the target already. */
  #makeParents(area: string, path: Buffer): void {
    const { staging } = this.#request;
    let directory = joinPath(staging, area);
    this.#makeOnce(directory);
    for (let slash = path.indexOf(0x2f); slash !== -1; slash = path.indexOf(0x2f, slash + 1)) {
      directory = at(joinPath(staging, area), path.subarray(0, slash));
      this.#makeOnce(directory);
    }
  }

  #makeOnce(directory: Buffer): void {
    const key = directory.toString("latin1");
    if (this.#made.has(key)) return;
    this.#request.fs.mkdir(directory, 0o700);
    if (this.#request.owner !== null) this.#request.fs.lchown(directory, this.#request.owner);
    this.#made.add(key);
    this.flush.note(directory);
  }
}

/** `relative` below `root`; the empty relative path is the root itself. */
export function at(root: Path, relative: Buffer): Buffer {
  return relative.length === 0
    ? typeof root === "string"
      ? Buffer.from(root)
      : root
    : joinPath(root, relative);
}

/** True where two entries of one kind (files, or symlinks) say the same. */
export function isSame(request: Pick<MergeRequest, "fs">, left: Path, right: Path, stat: Stat): boolean {
  if (stat.type === "symlink") return request.fs.readlink(left).equals(request.fs.readlink(right));
  return haveSameContent(request.fs, left, right);
}
