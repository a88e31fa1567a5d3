import type { Stat } from "../apply/file-system.ts";
import { isSessionLockName, RENEWAL_LOCK_NAME } from "./lock-names.ts";

/** What becomes of one entry of a directory that is merged into the store. */
export type MergeDecision =
  /** Only this side has it: it is added. */
  | "add"
  /** Directories on both sides: their entries are decided one by one. */
  | "descend"
  /** Files on both sides, or symlinks on both: equal ones are one copy, of unequal ones the store's stays. */
  | "compare"
  /** Different kinds of entry under one name: the store's stays, this one goes to the backups. */
  | "lose"
  /** Claude Code's credential: decided by what it says, not by which side it is on. */
  | "credential"
  /** Claude Code's state file: the store's stays, missing login facts are filled in. */
  | "state"
  /** A lock of a running program: it means nothing elsewhere. */
  | "ignore"
  /** A FIFO, socket or device: cannot be kept; named to the user. */
  | "skip";

export const CREDENTIAL_NAME = ".credentials.json";
export const STATE_NAME = ".claude.json";
/** Prefix of everything of ours that is there for the moment only, in the home and in the store. */
export const INCOMING_PREFIX = ".claude-credentials-incoming-";

/** The locks below a configuration directory, Claude Code's (facts C4) and ours, and the files that name their owners. */
const LOCK_NAMES = new Set([
  ".oauth_refresh.lock",
  ".oauth_refresh.lock.owner",
  ".storage-write.lock",
  ".storage-write.lock.owner",
  `${STATE_NAME}.lock`,
  `${STATE_NAME}.lock.owner`,
  RENEWAL_LOCK_NAME,
  `${RENEWAL_LOCK_NAME}.owner`,
]);

/** True for a lock in a configuration directory, its owner file, and what taking one over leaves for a moment. */
export function isLockName(name: string): boolean {
  const [base = ""] = name.split(/\.(?:claim|stale|tmp\.[^.]+)$/);
  return LOCK_NAMES.has(base) || isSessionLockName(base.replace(/\.owner$/, ""));
}

/** True where an entry will be in the target or its backups; false for one that is passed by. */
export function isTakenAlong(decision: MergeDecision, losers: "keep" | "drop"): boolean {
  return decision !== "ignore" && decision !== "skip" && !(decision === "lose" && losers === "drop");
}

/**
 * Decides for one entry by its kind on both sides.
 * @param name the entry's own name, as bytes in latin1
 * @param depth 0 for an entry of the configuration directory itself
 */
export function decideMerge(name: string, depth: number, source: Stat, target: Stat | null): MergeDecision {
  if (depth === 0 && (isLockName(name) || name.startsWith(INCOMING_PREFIX))) return "ignore";
  if (source.type === "fifo" || source.type === "socket" || source.type === "device") return "skip";
  if (depth === 0 && source.type === "file" && (target === null || target.type === "file")) {
    if (name === CREDENTIAL_NAME) return "credential";
    if (name === STATE_NAME) return "state";
  }
  if (target === null) return "add";
  if (source.type === "directory" && target.type === "directory") return "descend";
  if (source.type === target.type && source.type !== "directory") return "compare";
  return "lose";
}
