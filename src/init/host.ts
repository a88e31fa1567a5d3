import type { FileSystem, Owner } from "../apply/file-system.ts";
import { nodeFileSystem } from "../apply/node-file-system.ts";

/** The machine that `init` runs on: Linux, macOS or Windows. */
export interface Host {
  readonly fs: FileSystem;
  /** Whether executable bits are kept. */
  readonly keepsModes: boolean;
  /** Whether owners can be given away. */
  readonly isRoot: boolean;
}

/** @param platform as in `process.platform`. */
export function hostOf(platform: NodeJS.Platform, uid: number | undefined): Host {
  const isWindows = platform === "win32";
  return {
    fs: isWindows ? withoutDirectorySync(nodeFileSystem) : nodeFileSystem,
    keepsModes: !isWindows,
    isRoot: uid === 0,
  };
}

/** Windows opens no directory as a file, and needs no flush of one: NTFS journals its entries. */
function withoutDirectorySync(fs: FileSystem): FileSystem {
  return { ...fs, syncDirectory: () => undefined };
}

/**
 * Root gives what it writes to whom the project belongs to, lest that user be locked out of his own project.
 * Anybody else's files are his own.
 */
export function ownerFor(host: Host, existing: Owner | null, rootOwner: Owner | null): Owner | null {
  return host.isRoot ? (existing ?? rootOwner) : null;
}
