/** What is known of a lock that somebody else made. */
export interface LockSight {
  /** What its owner file proves of its holder. */
  readonly holder: "alive" | "dead" | "unknown";
  /** The lock's modification time, epoch milliseconds by the clock of whoever touched it. */
  readonly modifiedAt: number;
  /** For how long we have seen it unmoved, milliseconds by our own count. */
  readonly unmovedFor: number;
  /** Its own name: the client takes some of its locks for stale sooner. */
  readonly name: string;
}

/** A living client touches its lock each 5 s and takes one for stale after 60 s (facts C4). */
const STALE_MS = 60_000;
/** Its write lock, which it holds for milliseconds, after 15 s (observed with 2.1.330). */
const WRITE_LOCK = ".storage-write.lock";
const WRITE_STALE_MS = 15_000;
/** Seen for so long, an old lock has missed a touch. */
const MISSED_TOUCH_MS = 8_000;
/** Unmoved for so long before our own eyes, whatever the clocks say. */
const ABANDONED_MS = 65_000;

/**
 * Whether a lock may be taken over: at once where its holder is proven dead; where it is older than 60 s by the
 * clock and did not move for 8 s; where it did not move for 65 s. One from the future is judged by the last alone.
 * @param now epoch milliseconds
 */
export function isStaleLock({ holder, modifiedAt, unmovedFor, name }: LockSight, now: number): boolean {
  if (holder === "dead" || unmovedFor >= ABANDONED_MS) return true;
  const isOld = name === WRITE_LOCK ? now - modifiedAt > WRITE_STALE_MS : isPastHolding(modifiedAt, now);
  return isOld && unmovedFor >= MISSED_TOUCH_MS;
}

/** True where a lock's time says that nobody has touched it for longer than any holder waits. Epoch milliseconds. */
export function isPastHolding(modifiedAt: number, now: number): boolean {
  return now - modifiedAt > STALE_MS;
}
