import { isErrno } from "../errors.ts";
import { decideMerge, isTakenAlong, type MergeDecision } from "../plan/plan-merge.ts";
import type { Stat } from "./file-system.ts";
import type { MergeRequest } from "./merge-request.ts";
import { below, joinPath } from "./path.ts";

/** An entry of a merge's source, and what is to become of it. */
export interface Seen {
  /** Relative to the source. */
  readonly path: Buffer;
  readonly stat: Stat;
  readonly decision: Exclude<MergeDecision, "ignore" | "skip">;
}

/** What somebody wants to know of a source. */
export interface Visitor {
  /** An entry that will be in the store or its backups. A directory comes before what is in it. */
  entry(seen: Seen): Generator<void> | undefined;
  /** The names of such entries in one directory. */
  directory(path: Buffer, names: readonly Buffer[]): void;
  /** What is at `path` may not be looked at. */
  closed(path: Buffer): void;
}

/** Shows a merge's source to a visitor, as staging would go through it. Nothing changes. Yields after each entry. */
export function* walkSource(request: MergeRequest, visitor: Visitor): Generator<void> {
  yield* walkDirectory(request, visitor, Buffer.alloc(0), 0, true);
}

/** @param isMet whether the target may have entries there as well */
function* walkDirectory(
  request: MergeRequest,
  visitor: Visitor,
  relative: Buffer,
  depth: number,
  isMet: boolean,
): Generator<void> {
  const { fs, source, target, leaveOut, losers } = request;
  const names: Buffer[] = [];
  for (const name of ifOpen(visitor, relative, () => fs.list(below(source, relative))) ?? []) {
    const path = joinPath(relative, name);
    const stat = ifOpen(visitor, path, () => fs.lstat(below(source, path)));
    if (stat === null || leaveOut(path.toString("latin1"))) continue;
    const against = isMet ? fs.lstat(below(target, path)) : null;
    const decision = decideMerge(name.toString("latin1"), depth, stat, against);
    if (decision === "ignore" || decision === "skip" || !isTakenAlong(decision, losers)) continue;
    names.push(name);
    yield* visitor.entry({ path, stat, decision }) ?? [];
    if (stat.type === "directory")
      yield* walkDirectory(request, visitor, path, depth + 1, decision === "descend");
    yield;
  }
  visitor.directory(relative, names);
}

function ifOpen<T>(visitor: Visitor, path: Buffer, call: () => T): T | null {
  try {
    return call();
  } catch (error) {
    if (!isErrno(error, "EACCES")) throw error;
    visitor.closed(path);
    return null;
  }
}
