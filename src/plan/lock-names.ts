/**
 * The locks that Claude Code takes while it reads and replaces the credential of a configuration directory, in its
 * order (facts C4): the refresh lock, the older versions' one beside the real directory, the write lock.
 * @param real its path with every symlink resolved: the second lock lies beside that one
 */
export function credentialLocks(directory: string, real: string): string[] {
  return [`${directory}/.oauth_refresh.lock`, `${real}.lock`, `${directory}/.storage-write.lock`];
}

/** The lock that Claude Code takes while it writes the state file at `path`: beside the name it uses, not the file behind it (facts C3). */
export function stateLock(path: string): string {
  return `${path}.lock`;
}

/** Ours, in the directory of a login: one `refresh` at a time has it renewed. */
export const RENEWAL_LOCK_NAME = ".claude-credentials-refresh.lock";

/** Ours: one `start` at a time works on a store. */
export const START_LOCK_NAME = ".claude-credentials-start.lock";

const SESSION_LOCK = { prefix: ".claude-credentials-session-", suffix: ".lock" } as const;

/** Ours, in the directory of a login: one `run --session` of a name at a time. */
export function sessionLockName(session: string): string {
  return `${SESSION_LOCK.prefix}${session}${SESSION_LOCK.suffix}`;
}

/** True for the name of such a lock, whatever its session is called. */
export function isSessionLockName(name: string): boolean {
  return name.startsWith(SESSION_LOCK.prefix) && name.endsWith(SESSION_LOCK.suffix);
}
