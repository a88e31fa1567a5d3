import type { FileSystem } from "../apply/file-system.ts";
import { judgeHolder } from "../apply/lock/lock-owner.ts";
import { isErrno } from "../errors.ts";
import type { HomeLayout } from "../layout.ts";
import { credentialLocks, RENEWAL_LOCK_NAME, stateLock, START_LOCK_NAME } from "../plan/lock-names.ts";
import { isPastHolding } from "../plan/decide-stale.ts";
import type { StoreCandidate } from "./store-candidate.ts";

/**
 * Locks of the home and of the usable stores that seem to have nobody behind them: whoever comes to them would wait
 * for nothing.
 * @param now epoch milliseconds
 */
export function findAbandonedLocks(
  fs: FileSystem,
  layout: HomeLayout,
  buildConfig: string | null,
  candidates: readonly StoreCandidate[],
  now: number,
): string[] {
  const stores = candidates.filter(({ exists, verdict }) => exists && verdict.usable);
  const paths = [
    ...credentialLocks(layout.config, layout.config),
    ...(buildConfig === null ? [] : credentialLocks(buildConfig, buildConfig)),
    ...(layout.state === null ? [] : [stateLock(layout.state)]),
    ...stores.flatMap(({ layout: { root, config }, realConfig }) => [
      ...credentialLocks(config, realConfig ?? config),
      `${root}/${START_LOCK_NAME}`,
      `${config}/${RENEWAL_LOCK_NAME}`,
    ]),
  ];
  // What taking a lock over leaves when that is interrupted.
  const all = paths.flatMap((path) => [path, `${path}.claim`, `${path}.stale`]);
  return [...new Set(all)].filter((path) => isAbandoned(fs, path, now));
}

function isAbandoned(fs: FileSystem, path: string, now: number): boolean {
  try {
    const stat = fs.lstat(path);
    if (stat === null) return false;
    const modifiedAt = Number(stat.modifiedNs / 1_000_000n);
    return isPastHolding(modifiedAt, now) || judgeHolder(fs, path, stat) === "dead";
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM", "ELOOP")) return false;
    throw error;
  }
}
