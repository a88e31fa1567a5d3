import type { FileSystem } from "../apply/file-system.ts";

/** A lock that seems to have nobody behind it. */
export interface StaleLock {
  readonly path: string;
  readonly ageSeconds: number;
}

/**
 * @param paths locks that were found to have nobody behind them
 * @param now epoch milliseconds
 */
export function inspectStaleLocks(fs: FileSystem, paths: readonly string[], now: number): StaleLock[] {
  return [...new Set(paths)].flatMap((path) => {
    const stat = fs.lstat(path);
    if (stat === null) return [];
    const modifiedAt = Number(stat.modifiedNs / 1_000_000n);
    return [{ path, ageSeconds: Math.max(0, Math.round((now - modifiedAt) / 1000)) }];
  });
}
