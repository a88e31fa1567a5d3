import { systemError } from "../../errors.ts";
import type { FileSystem } from "../file-system.ts";
import type { Clock } from "./clock.ts";
import { removeLockOwner, writeLockOwner } from "./lock-owner.ts";
import type { Lock } from "./lock.ts";

/** What locks are held on. */
export interface LockTerms {
  readonly fs: FileSystem;
  readonly clock: Clock;
  /** For how long they are held at most, milliseconds; null for no bound. */
  readonly limit: number | null;
}

/** Locks that are ours together. */
export class LockSet {
  readonly #fs: FileSystem;
  readonly #locks: readonly Lock[];
  readonly #clock: Clock;
  readonly #until: number | null;

  constructor(locks: readonly Lock[], { fs, clock, limit }: LockTerms) {
    this.#fs = fs;
    this.#locks = locks;
    this.#clock = clock;
    this.#until = limit === null ? null : clock.elapsed() + limit;
  }

  /**
   * Writes down who holds them, for others on this machine to judge should this process be killed.
   * @param pid a process that works under them and may outlive this one; without it this one
   */
  sign(pid?: number): void {
    for (const lock of this.#locks) writeLockOwner(this.#fs, lock.path, lock.stat, pid);
  }

  /** Shows that their holder lives. To be called from inside the work. @throws as `check` does. */
  touch(): void {
    this.#checkTime();
    for (const lock of this.#locks) lock.touch();
  }

  /** Before every step that cannot be taken back. @throws `ESTALE` where one is ours no more, `ETIME` where they were held too long. */
  check(): void {
    this.#checkTime();
    for (const lock of this.#locks) lock.check();
  }

  /** A directory was renamed, and the locks in it with it. */
  moved(from: string, to: string): void {
    for (const lock of this.#locks) {
      if (lock.path.startsWith(`${from}/`)) lock.path = `${to}${lock.path.slice(from.length)}`;
    }
  }

  /** Gives those below a directory back before it goes. */
  releaseBelow(directory: string): void {
    this.#release(this.#locks.filter(({ path }) => path.startsWith(`${directory}/`)));
  }

  release(): void {
    this.#release(this.#locks);
  }

  /** The owner files first, as the client does it: one without its lock says nothing to anybody. */
  #release(locks: readonly Lock[]): void {
    for (const lock of locks) if (lock.isOurs()) removeLockOwner(this.#fs, lock.path);
    for (const lock of [...locks].reverse()) lock.release();
  }

  #checkTime(): void {
    if (this.#until !== null && this.#clock.elapsed() > this.#until)
      throw systemError("ETIME", "the locks were held for too long");
  }
}
