import { isErrno, systemError } from "../../errors.ts";
import { isStaleLock } from "../../plan/decide-stale.ts";
import type { FileSystem, Stat } from "../file-system.ts";
import type { Clock } from "./clock.ts";
import { judgeHolder, removeLockOwner, writeLockOwner } from "./lock-owner.ts";
import { Lock } from "./lock.ts";
import { isSameLock, takeOver } from "./take-over.ts";

export interface LockRequest {
  readonly fs: FileSystem;
  readonly clock: Clock;
  /** In the order in which they are taken. */
  readonly paths: readonly string[];
  /** How long a lock that somebody holds is waited for, milliseconds. */
  readonly wait: number;
  /** For how long they are held at most, milliseconds; null for no bound. */
  readonly limit: number | null;
  /** Called while waiting; throws to end that. */
  readonly pulse: () => void;
}

/** A lock that was not to be had. */
export interface HeldBySomebody {
  readonly path: string;
  /** Seconds since its holder touched it last, by the clock; negative for one from the future. */
  readonly ageSeconds: number;
}

const POLL_MS = 200;
/** No lock can be where nothing can be made; whoever works there takes none either (facts C5). */
const NO_PLACE = ["EACCES", "EPERM", "EROFS"];

/**
 * Takes several locks, all or none: whoever waits for one holds none of the others meanwhile, for the client gives
 * up after half a minute (facts C4). Stale ones are taken over.
 * @throws the `ErrnoException` of a lock that cannot be made for want of room and the like
 */
export async function takeLocks(request: LockRequest): Promise<LockSet | HeldBySomebody> {
  const { clock, wait, pulse } = request;
  const sights = new Map<string, Sight>();
  const deadline = clock.elapsed() + wait;
  for (;;) {
    const attempt = tryAll(request, sights);
    if (attempt instanceof LockSet) return attempt;
    const left = deadline - clock.elapsed();
    if (left <= 0) return attempt;
    await clock.sleep(Math.min(POLL_MS, left));
    pulse();
  }
}

/** Locks that are ours together. */
export class LockSet {
  readonly #fs: FileSystem;
  readonly #locks: readonly Lock[];
  readonly #clock: Clock;
  readonly #until: number | null;

  constructor(locks: readonly Lock[], { fs, clock, limit }: Pick<LockRequest, "fs" | "clock" | "limit">) {
    this.#fs = fs;
    this.#locks = locks;
    this.#clock = clock;
    this.#until = limit === null ? null : clock.elapsed() + limit;
  }

  /** Writes down who holds them, for others on this machine to judge should this process be killed. */
  sign(): void {
    for (const lock of this.#locks) writeLockOwner(this.#fs, lock.path, lock.stat);
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

/** A lock of somebody else's, and since when it looks as it does. */
interface Sight {
  readonly stat: Stat;
  readonly since: number;
}

function tryAll(request: LockRequest, sights: Map<string, Sight>): LockSet | HeldBySomebody {
  const { paths } = request;
  const locks: Lock[] = [];
  const set = new LockSet(locks, request);
  try {
    for (const path of paths) {
      const held = tryOne(request, path, sights, locks);
      if (held === null) continue;
      set.release();
      // Those behind it are watched as well, lest they be waited for one after the other.
      for (const other of paths) watch(request, other, sights);
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
function tryOne(
  { fs, clock }: LockRequest,
  path: string,
  sights: Map<string, Sight>,
  locks: Lock[],
): HeldBySomebody | null {
  try {
    const lock = Lock.make(fs, clock, path) ?? overtake(fs, clock, path, sights);
    if (lock === "phantom") return null;
    if (lock instanceof Lock) {
      locks.push(lock);
      return null;
    }
    return { path, ageSeconds: ageOf(fs, clock, path) };
  } catch (error) {
    if (isErrno(error, ...NO_PLACE)) return null;
    throw error;
  }
}

function overtake(
  fs: FileSystem,
  clock: Clock,
  path: string,
  sights: Map<string, Sight>,
): Lock | "phantom" | null {
  const watched = watch({ fs, clock }, path, sights);
  if (watched === null) return Lock.make(fs, clock, path);
  const { stat, since } = watched;
  const sight = {
    holder: judgeHolder(fs, path, stat),
    modifiedAt: Number(stat.modifiedNs / 1_000_000n),
    unmovedFor: clock.elapsed() - since,
  };
  if (!isStaleLock(sight, clock.now())) return null;
  const answer = takeOver(fs, clock, path, stat);
  if (answer === "somebody-else") return null;
  return Lock.make(fs, clock, path) ?? (answer === "phantom" ? "phantom" : null);
}

/** Looks at a lock, and remembers since when it looks as it does. */
function watch(
  { fs, clock }: Pick<LockRequest, "fs" | "clock">,
  path: string,
  sights: Map<string, Sight>,
): Sight | null {
  const stat = fs.lstat(path);
  if (stat === null) {
    sights.delete(path);
    return null;
  }
  const known = sights.get(path);
  const isKnown = known !== undefined && isSameLock(known.stat, stat);
  const sight = isKnown ? known : { stat, since: clock.elapsed() };
  sights.set(path, sight);
  return sight;
}

function ageOf(fs: FileSystem, clock: Clock, path: string): number {
  const modified = fs.lstat(path)?.modifiedNs;
  if (modified === undefined) return 0;
  return Math.round((clock.now() - Number(modified / 1_000_000n)) / 1000);
}
