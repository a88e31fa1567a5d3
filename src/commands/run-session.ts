import { findHolder } from "../apply/lock/lock-owner.ts";
import type { HeldBySomebody } from "../apply/lock/lock-seeker.ts";
import { LockSet } from "../apply/lock/lock-set.ts";
import { takeLocks } from "../apply/lock/take-locks.ts";
import { clearSession, openSession } from "../apply/session-folder.ts";
import { errnoCode, UserError } from "../errors.ts";
import type { Machine } from "../inspect/inspect.ts";
import { isPastHolding } from "../plan/decide-stale.ts";
import { sessionLockName } from "../plan/lock-names.ts";
import { quote } from "../report/quote.ts";
import { duration } from "../report/times.ts";

/** Long enough to see that nobody touches a lock that looks abandoned. */
const WATCHED_MS = 9_000;
/** A living holder touches its lock at least this often (facts C4). */
export const SESSION_TOUCH_MS = 5_000;

/** A session as `run` asks for it. */
export interface SessionWish {
  /** The directory that holds the login, as it was given. */
  readonly login: string;
  readonly name: string;
  /** Called while somebody's lock is watched; throws to end that. */
  readonly pulse: () => void;
}

/** A session that one execution has for itself until it gives it back. */
export class HeldSession {
  readonly #machine: Machine;
  readonly #wish: SessionWish;
  readonly #lock: LockSet;
  readonly #touching: NodeJS.Timeout;
  /** Where it lies, once it is made ready. */
  #opened: string | null = null;

  private constructor(machine: Machine, wish: SessionWish, lock: LockSet) {
    this.#machine = machine;
    this.#wish = wish;
    this.#lock = lock;
    this.#touching = setInterval(() => {
      this.#touch();
    }, SESSION_TOUCH_MS);
  }

  /** @throws UserError where somebody else has it, or nothing can be kept there */
  static async take(machine: Machine, wish: SessionWish): Promise<HeldSession> {
    const { fs } = machine;
    const { login, name, pulse } = wish;
    const real = fs.realpath(login);
    if (real === null || !fs.canWrite(real))
      throw new UserError(
        `run: no session can be kept in ${login}, which ${real === null ? "is not there" : "cannot be written to"}`,
        "name a login in a directory of your own (--auth), or leave --session out",
      );
    const request = { fs, clock: machine, paths: [`${real}/${sessionLockName(name)}`], limit: null, pulse };
    let taken = await takeLocks({ ...request, wait: 0 });
    if (!(taken instanceof LockSet) && looksAbandoned(machine, taken))
      taken = await takeLocks({ ...request, wait: WATCHED_MS });
    if (!(taken instanceof LockSet)) throw refusal(machine, name, taken);
    return new HeldSession(machine, wish, taken);
  }

  /** @returns the configuration directory for an execution whose working copy is at `config`. @throws as `openSession` does. */
  open(config: string): string {
    const { fs, user } = this.#machine;
    this.#opened = openSession({ fs, user, ...this.#wish }, config);
    return this.#opened;
  }

  /** From now on it is that process's: it may outlive this one, and nobody else may come in before it has ended. */
  passTo(pid: number | undefined): void {
    if (pid !== undefined) this.#lock.sign(pid);
  }

  /** Leaves in it what is kept, and gives it back. What cannot be removed now goes before the next execution. */
  release(): void {
    clearInterval(this.#touching);
    try {
      // The command has ended, and whoever judges by it would come in meanwhile.
      this.#lock.check();
      this.#lock.sign();
      if (this.#opened !== null) clearSession(this.#machine.fs, this.#opened);
    } catch (error) {
      if (errnoCode(error) === undefined) throw error;
    }
    this.#lock.release();
  }

  /** A session that somebody took over meanwhile cannot be had back, and the command goes on all the same. */
  #touch(): void {
    try {
      this.#lock.touch();
    } catch (error) {
      if (errnoCode(error) === undefined) throw error;
    }
  }
}

/** Of a living process that can be seen a lock is not taken, however long nobody touched it. */
function looksAbandoned({ fs, now }: Machine, { path, ageSeconds, isDirectory }: HeldBySomebody): boolean {
  const isOld = isPastHolding(now() - ageSeconds * 1000, now());
  return isDirectory && isOld && findHolder(fs, path).where !== "here";
}

function refusal(
  { fs }: Machine,
  name: string,
  { path, ageSeconds, isDirectory }: HeldBySomebody,
): UserError {
  const other = "give this one a name of its own (--session)";
  if (!isDirectory)
    return new UserError(`run: ${path} is no lock`, `look at it (ls -l ${quote(path)}), and move it away`);
  const holder = findHolder(fs, path);
  const somebody =
    holder.where === "elsewhere" ? "a process elsewhere, another container's perhaps," : "somebody";
  const who =
    holder.where === "here"
      ? `process ${holder.pid.toString()}`
      : `${somebody} (seen alive ${duration(Math.max(0, ageSeconds))} ago)`;
  return new UserError(`run: ${who} works in the session ${name}`, `wait for its end, or ${other}`);
}
