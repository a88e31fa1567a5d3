import type { FileSystem } from "../apply/file-system.ts";
import type { StoreLayout } from "../layout.ts";
import type { StoreKind } from "./store-candidate.ts";

/** Our entries that others may read or write to, each with the mode that it must have. */
export function wrongModes(
  fs: FileSystem,
  layout: StoreLayout,
  kind: StoreKind,
): { path: string; mode: number }[] {
  const wanted: [string, number][] = [
    ...(kind === "workspace" ? [] : ([[layout.root, 0o700]] satisfies [string, number][])),
    [layout.config, 0o700],
    [layout.credential, 0o600],
    [layout.state, 0o600],
    [layout.envVars, 0o700],
    [layout.envFile, 0o600],
    [layout.containers, 0o700],
    [layout.backups, 0o700],
  ];
  return wanted.flatMap(([path, mode]) => {
    const stat = fs.lstat(path);
    const type =
      path === layout.credential || path === layout.state || path === layout.envFile ? "file" : "directory";
    return stat?.type === type && stat.mode !== mode ? [{ path, mode }] : [];
  });
}
