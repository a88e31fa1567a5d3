import type { HeldBySomebody } from "../apply/lock/lock-seeker.ts";
import { LockSet } from "../apply/lock/lock-set.ts";
import { takeLocks } from "../apply/lock/take-locks.ts";
import type { Workplace } from "../apply/workplace.ts";
import type { Action } from "../plan/action.ts";
import { START_LOCK_NAME } from "../plan/lock-names.ts";

/** What came of work that needs a lock. */
export type Locked<T> = { readonly held: HeldBySomebody } | { readonly held: null; readonly done: T };

/**
 * Works while the start locks of these stores are ours, all or none: one `start` or `uninstall` at a time works on a store.
 * @param roots of stores that are there
 * @param work given what it is to be done with, and the locks' paths
 */
export async function underStartLocks<T>(
  roots: readonly string[],
  workplace: Workplace,
  work: (locked: Workplace, paths: readonly string[]) => Promise<T>,
): Promise<Locked<T>> {
  const { fs, clock, wait, checkSignal } = workplace;
  const paths = roots.map((root) => `${root}/${START_LOCK_NAME}`);
  const taken = await takeLocks({ fs, clock, wait, paths, limit: null, pulse: checkSignal });
  if (!(taken instanceof LockSet)) return { held: taken };
  try {
    const heartbeat = (): void => {
      taken.touch();
    };
    return { held: null, done: await work({ ...workplace, heartbeat }, paths) };
  } finally {
    taken.release();
  }
}

/** Actions but those that clear our own locks: by the clock of another machine these may look as if nobody were behind them. */
export function ofOthers(actions: readonly Action[], own: readonly string[]): readonly Action[] {
  return actions.filter(({ kind, path }) => kind !== "clear-lock" || !own.includes(path));
}
