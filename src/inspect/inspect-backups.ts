import type { FileSystem } from "../apply/file-system.ts";

/** A directory in which losers of a conflict lie. */
export interface Backups {
  readonly path: string;
  readonly count: number;
}

/** @param paths where there may be backups. @returns those that hold any */
export function inspectBackups(fs: FileSystem, paths: readonly string[]): Backups[] {
  return [...new Set(paths)].flatMap((path) => {
    const count = fs.lstat(path)?.type === "directory" ? fs.list(path).length : 0;
    return count === 0 ? [] : [{ path, count }];
  });
}
