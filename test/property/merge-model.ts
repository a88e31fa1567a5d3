import type { Found } from "../support/found-tree.ts";

export type Entries = ReadonlyMap<string, Found>;

/**
 * How much of an entry must be as it was. Once a run was cut short, a directory has the time, and for its owner the
 * mode, of having been worked in; where a file system refused to set a mode or a time, so has each entry. Never is
 * one open to more than before.
 */
export type Fidelity = "all" | "all-but-directories" | "content";

/** What was there, and what is there now. Paths are relative to the directory in question. */
export interface Merged {
  readonly home: Entries;
  readonly store: Entries;
  readonly after: Entries;
  /** Each backup by itself. */
  readonly backups: readonly Entries[];
  /** What could not be kept in the store. */
  readonly aside: Entries;
  readonly fidelity: Fidelity;
}

/**
 * Says what is wrong with a merge, in words of what a user expects: what one side has is kept as it was, of two
 * that differ the store's stays and the other is in the backups. Knows nothing of how it is done.
 */
export function wrongIn(merged: Merged): string[] {
  const { home, store, after, fidelity } = merged;
  const isKept = (before: Found, now: Found | undefined, withTime: boolean): boolean =>
    fidelity === "all" || (fidelity === "all-but-directories" && before.kind !== "directory")
      ? isSame(before, now, withTime)
      : now !== undefined && isEqual(before, now) && (now.mode & 0o077 & ~before.mode) === 0;
  const wrong: string[] = [];
  const expect = (right: boolean, what: string, path: string): void => {
    if (!right) wrong.push(`${what}: ${JSON.stringify(path)}`);
  };
  for (const [path, before] of store) {
    const now = after.get(path);
    expect(
      now !== undefined && isKept(before, now, before.kind !== "directory"),
      "the store's changed",
      path,
    );
  }
  for (const [path, before] of home) {
    if (isLock(home, path)) continue;
    const there = store.get(path);
    const conflict = parents(path).some(
      (parent) => store.has(parent) && store.get(parent)?.kind !== "directory",
    );
    if (before.kind === "fifo") {
      expect(merged.aside.get(path)?.kind === "fifo", "a FIFO is gone", path);
    } else if (conflict || (there !== undefined && !isEqual(before, there))) {
      const kept = merged.backups.some((backup) => isKept(before, backup.get(path), true));
      expect(kept, "the loser is not in the backups", path);
    } else if (there === undefined) {
      expect(isKept(before, after.get(path), true), "the home's was not kept", path);
    }
  }
  for (const path of after.keys()) expect(home.has(path) || store.has(path), "came from nowhere", path);
  return wrong;
}

/** An empty directory of this name stands for a program at work, and is worth nothing. */
function isLock(tree: Entries, path: string): boolean {
  if (!path.endsWith(".lock") || tree.get(path)?.kind !== "directory") return false;
  return ![...tree.keys()].some((other) => other.startsWith(`${path}/`));
}

function parents(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Two directories meet; two files or symlinks are one if they say the same. */
function isEqual(left: Found, right: Found): boolean {
  return left.kind === right.kind && left.content === right.content;
}

/** As it was, to the microsecond. */
function isSame(before: Found, now: Found | undefined, withTime: boolean): boolean {
  if (now === undefined || !isEqual(before, now) || now.mode !== before.mode) return false;
  const apart = now.time > before.time ? now.time - before.time : before.time - now.time;
  return !withTime || apart <= 1000n;
}
