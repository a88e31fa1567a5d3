/**
 * What Claude Code writes to `.oauth_refresh.lock.owner` beside its refresh lock (facts C4; observed with 2.1.330):
 * one line of JSON, for this lock and for the older versions' one beside the real directory, written after both are
 * made and removed before them. On a plain host a client that waits takes the locks over, after 8 s, when no process
 * of that number started at that time, both pid keys are its own, and the births are exactly those of the
 * directories; a birth that is missing for a lock that is there, or off by a fraction of a microsecond, proves nothing
 * to it. In a container (any process-id namespace but the first) it never does. Keys that it does not know are
 * harmless. What was not touched for 60 s it removes whoever holds it (15 s: `.storage-write.lock`, which has no owner
 * file).
 */
export interface LockOwner {
  readonly pid: number;
  /** When the process started: field 22 of `/proc/PID/stat`, as a text. */
  readonly procStart: string;
  readonly pidDomain: string;
  readonly pidSpace: string;
  /** As Node's `birthtimeMs` has it. */
  readonly lockBirthtimeMs: number;
  /** Of the older versions' lock; absent while that is not held. */
  readonly legacyLockBirthtimeMs?: number;
}

export function renderLockOwner(owner: LockOwner): string {
  return JSON.stringify(owner);
}

/** @returns null for what is not such a text; unknown keys are left out. */
export function parseLockOwner(text: string): LockOwner | null {
  const document = parseObject(text);
  if (document === null) return null;
  const { pid, procStart, pidDomain, pidSpace, lockBirthtimeMs, legacyLockBirthtimeMs } = document;
  if (typeof pid !== "number" || !Number.isSafeInteger(pid) || pid <= 0) return null;
  if (typeof procStart !== "string" || !/^\d{1,20}$/.test(procStart)) return null;
  if (typeof pidDomain !== "string" || typeof pidSpace !== "string") return null;
  if (typeof lockBirthtimeMs !== "number") return null;
  const owner = { pid, procStart, pidDomain, pidSpace, lockBirthtimeMs };
  return typeof legacyLockBirthtimeMs === "number" ? { ...owner, legacyLockBirthtimeMs } : owner;
}

/** A text has been through JSON, and file systems keep births to the nanosecond: less than this is the same time. */
const SAME_MS = 0.001;

/** Whether `owner` speaks of the lock that was born then, and not of an earlier one of its name. */
export function ownsLock(
  owner: LockOwner,
  key: "lockBirthtimeMs" | "legacyLockBirthtimeMs",
  birthtimeMs: number,
): boolean {
  const born = owner[key];
  return born !== undefined && Math.abs(born - birthtimeMs) < SAME_MS;
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
