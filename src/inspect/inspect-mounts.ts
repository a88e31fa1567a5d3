import { basename, dirname } from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { MOUNT_ROOT } from "../layout.ts";
import { realPathIfAllowed } from "./entry.ts";
import type { StatusInspection } from "./inspect-status.ts";
import { isMountPoint, type Mount } from "./mounts.ts";
import { readSurroundings } from "./surroundings.ts";

/** What is mounted in and around a home, as far as it has to do with the login. */
export interface MountsSeen {
  readonly inContainer: boolean;
  /** The home where it is a mount of its own. */
  readonly home: string | null;
  /** Mounts at which Claude Code replaces files by a rename: one lies on the credential or on the state file. */
  readonly onFiles: readonly string[];
  /** Mounts that look as if the login were to be kept in them, and that nothing uses. */
  readonly unused: readonly string[];
}

/** Names under which people mount a place for the login. */
const NAMES = new Set([".claude", ".claude.json", ".claude-credentials"]);

export function inspectMounts(fs: FileSystem, status: StatusInspection): MountsSeen {
  const { mounts, inContainer } = readSurroundings(fs);
  const { layout, configPath } = status;
  const home = realPathIfAllowed(fs, layout.home) ?? null;
  const credential = configPath === null ? null : `${configPath}/.credentials.json`;
  const state = layout.state === null ? null : (realPathIfAllowed(fs, layout.state) ?? null);
  const onFiles = [credential, state].filter((path) => path !== null && isMountPoint(mounts, path));
  return {
    inContainer,
    home: inContainer && home !== null && home !== "/" && isMountPoint(mounts, home) ? home : null,
    onFiles: onFiles.filter((path) => path !== null),
    unused: inContainer ? unusedMounts(mounts, status, home) : [],
  };
}

function unusedMounts(
  mounts: readonly Mount[],
  { layout, configPath, store, workspace, storePaths }: StatusInspection,
  home: string | null,
): string[] {
  const used = [layout.config, layout.state, configPath, store?.root, storePaths?.state, MOUNT_ROOT];
  const points = mounts.map(({ mountPoint }) => mountPoint).filter((point) => NAMES.has(basename(point)));
  return [...new Set(points)].filter((point) => {
    const isUsed = used.some((path) => path === point || path?.startsWith(`${point}/`) === true);
    // A project has a `.claude` of its own. In the home nothing but ours is expected under that name.
    const isProjects = workspace !== null && point.startsWith(`${workspace}/`);
    const isInHome = dirname(point) === layout.home || dirname(point) === home;
    return !isUsed && (isInHome || !isProjects);
  });
}
