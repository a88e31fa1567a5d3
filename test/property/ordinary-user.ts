/** Stands for any user but root. */
const UID = 12_345;

/**
 * Runs `work` as a user who is bound by modes: where the tests run as root, as one of no name; else as whoever
 * runs them.
 */
export async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  const groups = process.getgroups?.() ?? [];
  process.setgroups?.([]);
  process.setegid?.(UID);
  process.seteuid?.(UID);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
    process.setgroups?.(groups);
  }
}
