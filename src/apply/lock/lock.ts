import { isErrno, systemError } from "../../errors.ts";
import type { FileSystem, Stat } from "../file-system.ts";
import type { Clock } from "./clock.ts";

/** A living client touches its locks this often at the latest. */
const TOUCH_MS = 2_000;

/** One lock that is ours: a directory, as npm's `proper-lockfile` and Claude Code make them. */
export class Lock {
  path: string;
  readonly #fs: FileSystem;
  readonly #clock: Clock;
  #known: Stat;
  #touchedAt: number;

  private constructor(fs: FileSystem, clock: Clock, path: string, made: Stat) {
    this.#fs = fs;
    this.#clock = clock;
    this.path = path;
    this.#known = made;
    this.#touchedAt = clock.elapsed();
  }

  /** @returns null where the name is taken. */
  static make(fs: FileSystem, clock: Clock, path: string): Lock | null {
    try {
      fs.mkdir(path, 0o700);
    } catch (error) {
      if (isErrno(error, "EEXIST")) return null;
      throw error;
    }
    const made = fs.lstat(path);
    if (made === null) throw gone(path);
    return new Lock(fs, clock, path, made);
  }

  /** The directory as it was when it was made or touched last. */
  get stat(): Stat {
    return this.#known;
  }

  /** Shows that its holder lives, if that was not shown for some time. @throws as `check` does. */
  touch(): void {
    if (this.#clock.elapsed() - this.#touchedAt < TOUCH_MS) return;
    this.check();
    const now = BigInt(this.#clock.now()) * 1_000_000n;
    try {
      this.#fs.lutimes(this.path, now, now);
    } catch (error) {
      // A mount that shows all as somebody else's: what is held for seconds ages by so much.
      if (!isErrno(error, "EPERM")) throw error;
    }
    const touched = this.#fs.lstat(this.path);
    if (touched?.inode !== this.#known.inode) throw gone(this.path);
    this.#known = touched;
    this.#touchedAt = this.#clock.elapsed();
  }

  /** @throws `ESTALE` where somebody took it for abandoned: then nothing may go on that rests on it. */
  check(): void {
    if (!this.isOurs()) throw gone(this.path);
  }

  /** Gives it back if it is still ours. Never throws for a lock that cannot be removed: it ages, and others judge that. */
  release(): void {
    try {
      if (!this.isOurs()) return;
      try {
        this.#fs.rmdir(this.path);
      } catch {
        this.#fs.rmdir(this.path);
      }
    } catch (error) {
      if (!isErrno(error, ...CANNOT_REMOVE)) throw error;
    }
  }

  isOurs(): boolean {
    const { inode, modifiedNs } = this.#known;
    const stat = this.#fs.lstat(this.path);
    return stat?.type === "directory" && stat.inode === inode && stat.modifiedNs === modifiedNs;
  }
}

const CANNOT_REMOVE = [
  ...["ENOENT", "EINVAL", "ESTALE", "ENOTEMPTY", "EEXIST", "EACCES", "EPERM", "EROFS", "EIO", "EBUSY"],
  ...["ENOSPC", "EDQUOT", "ELOOP", "ENAMETOOLONG", "ENOTDIR"],
];

function gone(path: string): Error {
  return systemError("ESTALE", "the lock was taken over by somebody else", path);
}
