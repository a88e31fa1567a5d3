import { LockSeeker, type HeldBySomebody, type LockRequest } from "./lock-seeker.ts";
import { LockSet } from "./lock-set.ts";

export interface LockPatience {
  /** How long a lock that somebody holds is waited for, milliseconds. */
  readonly wait: number;
  /** Called while waiting; throws to end that. */
  readonly pulse: () => void;
}

const POLL_MS = 100;
/**
 * Takes several locks, all or none: whoever waits for one holds none of the others meanwhile, for the client gives
 * up after half a minute (facts C4). Stale ones are taken over.
 * @throws the `ErrnoException` of a lock that cannot be made for want of room and the like
 */
export async function takeLocks(request: LockRequest & LockPatience): Promise<LockSet | HeldBySomebody> {
  const { clock, wait, pulse } = request;
  const seeker = new LockSeeker(request);
  const deadline = clock.elapsed() + wait;
  for (;;) {
    const attempt = seeker.attempt();
    if (attempt instanceof LockSet) return attempt;
    const left = deadline - clock.elapsed();
    if (left <= 0) return attempt;
    await clock.sleep(Math.min(POLL_MS, left));
    pulse();
  }
}
