import { basename } from "node:path";
import { errnoCode } from "../../errors.ts";
import { isSessionLockName, RENEWAL_LOCK_NAME, START_LOCK_NAME } from "../../plan/lock-names.ts";
import type { FileSystem, Stat } from "../file-system.ts";
import { readSmallFile, removeQuietly, withOpen, writeAll } from "../transfer.ts";
import { type LockOwner, ownsLock, parseLockOwner, renderLockOwner } from "./lock-owner-text.ts";
import { readPidPlace, readProcess, showsAllProcesses } from "./process-facts.ts";

const REFRESH_LOCK = ".oauth_refresh.lock";
/** Locks with an owner file of their own beside them; the client writes, and reads, that of the first alone. */
const WITH_OWN_FILE = [
  ...[REFRESH_LOCK, ".storage-write.lock", ".claude.json.lock"],
  ...[START_LOCK_NAME, RENEWAL_LOCK_NAME],
];
const LIMIT = 4096;

/**
 * Writes down who holds a lock that was just made, so that a client or another start knows at once when we were
 * killed. One file speaks of the refresh lock and of the older versions' one: it is written with the first, and anew
 * with the second. That it cannot be written is no failure: the lock then has to age before others take it.
 * @param pid the process to be judged by: this one, or one that works for it and may outlive it
 */
export function writeLockOwner(
  fs: FileSystem,
  path: string,
  made: Stat,
  pid: number | "self" = "self",
): void {
  quietly(undefined, () => {
    const place = findOwnerFile(path);
    const holder = readProcess(fs, pid);
    const domain = readPidPlace(fs);
    if (holder === null || domain === null) return;
    const refresh = place.lock === path ? made : fs.lstat(place.lock);
    if (refresh?.type !== "directory") return;
    const owner: LockOwner = {
      pid: holder.pid,
      procStart: holder.procStart,
      ...domain,
      lockBirthtimeMs: birthtimeMs(refresh),
      ...(place.lock === path ? {} : { legacyLockBirthtimeMs: birthtimeMs(made) }),
    };
    if (fs.lstat(place.file) !== null) fs.unlink(place.file);
    const descriptor = fs.openNew(place.file, 0o600);
    try {
      withOpen(fs, descriptor, () => {
        writeAll(fs, descriptor, Buffer.from(renderLockOwner(owner)), 0);
      });
    } catch (error) {
      removeQuietly(fs, place.file);
      throw error;
    }
  });
}

/**
 * Removes the file that lies beside the lock at `path`, before the lock itself goes. Another holder's is left, and so
 * is one beside another lock: the way to that may lead elsewhere by now.
 */
export function removeLockOwner(fs: FileSystem, path: string): void {
  quietly(undefined, () => {
    const place = findOwnerFile(path);
    const lock = fs.lstat(path);
    if (lock === null || place.lock !== path) return;
    const owner = readOwner(fs, place.file);
    if (owner !== null && ownsLock(owner, place.key, birthtimeMs(lock))) fs.unlink(place.file);
  });
}

/**
 * What a lock's owner file proves of its holder. `dead` only where the file speaks of this very lock, its process id
 * means something here, and no process of that number has started when the file says. Nothing that lies in the
 * file's place is followed or waited for.
 * @param lock the lock as it was seen
 */
export function judgeHolder(fs: FileSystem, path: string, lock: Stat): "alive" | "dead" | "unknown" {
  return quietly("unknown", () => {
    const place = findOwnerFile(path);
    const owner = readOwner(fs, place.file);
    if (owner === null || lock.bornNs <= 0n) return "unknown";
    if (!ownsLock(owner, place.key, birthtimeMs(lock))) return "unknown";
    const here = readPidPlace(fs);
    if (owner.pidDomain !== here?.pidDomain || owner.pidSpace !== here.pidSpace) return "unknown";
    const holder = readProcess(fs, owner.pid);
    if (holder === null) return showsAllProcesses(fs) ? "dead" : "unknown";
    return holder.hasEnded || holder.procStart !== owner.procStart ? "dead" : "alive";
  });
}

/** Who holds a lock, as far as its owner file tells: a process of this container, with its number; one of elsewhere; one that is over. */
export type LockHolder =
  { readonly where: "here"; readonly pid: number } | { readonly where: "elsewhere" | "over" | "unknown" };

export function findHolder(fs: FileSystem, path: string): LockHolder {
  return quietly({ where: "unknown" }, () => {
    const lock = fs.lstat(path);
    const owner = readOwner(fs, findOwnerFile(path).file);
    if (lock === null || owner === null || !ownsLock(owner, findOwnerFile(path).key, birthtimeMs(lock)))
      return { where: "unknown" };
    switch (judgeHolder(fs, path, lock)) {
      case "alive":
        return { where: "here", pid: owner.pid };
      case "dead":
        return { where: "over" };
      case "unknown":
        return { where: "elsewhere" };
    }
  });
}

interface OwnerFile {
  readonly file: string;
  /** The lock that the file lies beside. */
  readonly lock: string;
  /** What the file calls the birth of the lock in question. */
  readonly key: "lockBirthtimeMs" | "legacyLockBirthtimeMs";
}

function findOwnerFile(path: string): OwnerFile {
  const name = basename(path);
  if (WITH_OWN_FILE.includes(name) || isSessionLockName(name))
    return { file: `${path}.owner`, lock: path, key: "lockBirthtimeMs" };
  const lock = `${path.slice(0, -".lock".length)}/${REFRESH_LOCK}`;
  return { file: `${lock}.owner`, lock, key: "legacyLockBirthtimeMs" };
}

function readOwner(fs: FileSystem, file: string): LockOwner | null {
  const bytes = readSmallFile(fs, file, LIMIT);
  return bytes === null ? null : parseLockOwner(bytes.toString());
}

/** As Node and the client compute it, to the last bit: they compare the number as it stands. */
function birthtimeMs({ bornNs }: Stat): number {
  return Number(bornNs / 1_000_000_000n) * 1000 + Number(bornNs % 1_000_000_000n) / 1e6;
}

/** A failed system call is as good as no owner file. */
function quietly<T>(otherwise: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return otherwise;
  }
}
