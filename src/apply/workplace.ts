import type { AnchoredFileSystem } from "./anchored-file-system.ts";
import { elapsed } from "./elapsed.ts";
import type { Clock } from "./lock/clock.ts";
import type { HeldBySomebody } from "./lock/lock-seeker.ts";
import type { LockSet } from "./lock/lock-set.ts";
import { takeLocks } from "./lock/take-locks.ts";
import { Progress } from "./progress.ts";

/** What an apply works with besides its actions. */
export interface Workplace {
  readonly fs: AnchoredFileSystem;
  readonly clock: Clock;
  /** How long a lock that somebody holds is waited for, milliseconds. */
  readonly wait: number;
  /** Throws `Interrupted` once a signal came that asks this run to stop. */
  readonly checkSignal: () => void;
  /** Shows other starts that this one lives. */
  readonly heartbeat: () => void;
  /** The command that finishes what is left undone, for hints. */
  readonly again: string;
  /** A line for the person who waits. */
  readonly say: (line: string) => void;
}

/** Work that pauses between two calls: for nothing but the others' turn, or for a promise that it waits for. */
export type Steps<T> = Generator<unknown, T>;

const TURN_MS = 50;
const SAY_MS = 5_000;

/** Claude Code waits for 26 s and gives up after 30 (facts C4). */
const HELD_AT_MOST_MS = 20_000;

/**
 * Gives the event loop its turn between the steps of long work, so that signals are heard, and shows that the
 * holder of the locks lives.
 */
export class Pace {
  /** Claude Code's own locks, while they are ours. */
  locks: LockSet | null = null;
  /** How far that has come which is being done, for the line that a person sees every 5 s. */
  readonly progress = new Progress();
  readonly #workplace: Workplace;
  #turnedAt = elapsed();
  #saidAt: number;

  constructor(workplace: Workplace) {
    this.#workplace = workplace;
    this.#saidAt = workplace.clock.elapsed();
  }

  async turn(): Promise<void> {
    if (elapsed() - this.#turnedAt < TURN_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#turnedAt = elapsed();
    this.pulse();
  }

  /** @throws `Interrupted`; and what `LockSet.touch` throws. */
  pulse(): void {
    const { checkSignal, heartbeat, say, clock } = this.#workplace;
    checkSignal();
    heartbeat();
    this.locks?.touch();
    if (clock.elapsed() - this.#saidAt < SAY_MS) return;
    this.#saidAt = clock.elapsed();
    say(this.progress.describe());
  }

  /**
   * Takes locks of Claude Code's, all or none, for 20 s at most. See `takeLocks`.
   * @param wait milliseconds, where it is not the workplace's
   */
  async take(paths: readonly string[], wait = this.#workplace.wait): Promise<LockSet | HeldBySomebody> {
    const { fs, clock } = this.#workplace;
    const pulse = (): void => {
      this.pulse();
    };
    return await takeLocks({ fs, clock, paths, wait, limit: HELD_AT_MOST_MS, pulse });
  }

  /** Runs `steps` to their end. What a pause throws is thrown into them, so that they can put things right. */
  async drive<T>(steps: Steps<T>): Promise<T> {
    let step = steps.next();
    while (step.done !== true) {
      try {
        await (step.value instanceof Promise ? step.value : this.turn());
      } catch (error) {
        step = steps.throw(error);
        continue;
      }
      step = steps.next();
    }
    return step.value;
  }
}

/** Pauses a work of steps until a promise is settled. */
export function* waitFor<T>(promise: Promise<T>): Steps<T> {
  let answer: T | undefined;
  yield promise.then((value) => {
    answer = value;
  });
  return answer as T;
}
