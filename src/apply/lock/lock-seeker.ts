import { basename } from "node:path";
import { isErrno } from "../../errors.ts";
import { isStaleLock } from "../../plan/decide-stale.ts";
import type { Stat } from "../file-system.ts";
import { judgeHolder } from "./lock-owner.ts";
import { LockSet, type LockTerms } from "./lock-set.ts";
import { Lock } from "./lock.ts";
import { isSameLock, takeOver } from "./take-over.ts";

export interface LockRequest extends LockTerms {
  /** In the order in which they are taken. */
  readonly paths: readonly string[];
}

/** A lock that was not to be had. */
export interface HeldBySomebody {
  readonly path: string;
  /** Seconds since its holder touched it last, by the clock; negative for one from the future. */
  readonly ageSeconds: number;
  /** False for what is no lock of Claude Code's: these are directories. */
  readonly isDirectory: boolean;
}

/** No lock can be where nothing can be made; whoever works there takes none either (facts C5). */
const NO_PLACE = ["EACCES", "EPERM", "EROFS"];

/** A lock of somebody else's, and since when it looks as it does. */
interface Sight {
  readonly stat: Stat;
  readonly since: number;
}

/** One who wants some locks, and what he has seen of those who hold them. */
export class LockSeeker {
  readonly #request: LockRequest;
  readonly #sights = new Map<string, Sight>();

  constructor(request: LockRequest) {
    this.#request = request;
  }

  /** Takes all of them, or none. @throws as `takeLocks` does. */
  attempt(): LockSet | HeldBySomebody {
    const { paths } = this.#request;
    // All are watched, lest they be waited for one after the other; and none is taken in vain.
    const busy = paths.filter((path) => this.#isHeld(path))[0];
    if (busy !== undefined) return this.#describe(busy);
    const locks: Lock[] = [];
    const set = new LockSet(locks, this.#request);
    try {
      for (const path of paths) {
        const held = this.#take(path, locks);
        if (held === null) continue;
        set.release();
        return held;
      }
      set.sign();
    } catch (error) {
      set.release();
      throw error;
    }
    return set;
  }

  /** @returns null where the lock is ours, or none can be there. */
  #take(path: string, locks: Lock[]): HeldBySomebody | null {
    const { fs, clock } = this.#request;
    try {
      const lock = Lock.make(fs, clock, path) ?? this.#overtake(path);
      if (lock === "phantom") return null;
      if (lock === null) return this.#describe(path);
      locks.push(lock);
      return null;
    } catch (error) {
      if (isErrno(error, ...NO_PLACE)) return null;
      throw error;
    }
  }

  #overtake(path: string): Lock | "phantom" | null {
    const { fs, clock } = this.#request;
    const sight = this.#watch(path);
    if (sight === null) return Lock.make(fs, clock, path);
    if (!this.#isStale(path, sight)) return null;
    const answer = takeOver(fs, clock, path, sight.stat);
    if (answer === "somebody-else") return null;
    return Lock.make(fs, clock, path) ?? (answer === "phantom" ? "phantom" : null);
  }

  #isHeld(path: string): boolean {
    try {
      const sight = this.#watch(path);
      return sight !== null && !this.#isStale(path, sight);
    } catch (error) {
      if (isErrno(error, ...NO_PLACE)) return false;
      throw error;
    }
  }

  #isStale(path: string, { stat, since }: Sight): boolean {
    const { fs, clock } = this.#request;
    const seen = {
      holder: judgeHolder(fs, path, stat),
      modifiedAt: Number(stat.modifiedNs / 1_000_000n),
      unmovedFor: clock.elapsed() - since,
      name: basename(path),
    };
    return isStaleLock(seen, clock.now());
  }

  /** Looks at a lock, and remembers since when it looks as it does. */
  #watch(path: string): Sight | null {
    const { fs, clock } = this.#request;
    const stat = fs.lstat(path);
    if (stat === null) {
      this.#sights.delete(path);
      return null;
    }
    const known = this.#sights.get(path);
    const isKnown = known !== undefined && isSameLock(known.stat, stat);
    const sight = isKnown ? known : { stat, since: clock.elapsed() };
    this.#sights.set(path, sight);
    return sight;
  }

  #describe(path: string): HeldBySomebody {
    const { fs, clock } = this.#request;
    const stat = fs.lstat(path);
    if (stat === null) return { path, ageSeconds: 0, isDirectory: true };
    const age = clock.now() - Number(stat.modifiedNs / 1_000_000n);
    return { path, ageSeconds: Math.round(age / 1000), isDirectory: stat.type === "directory" };
  }
}
