import type { FileSystem, Owner } from "../apply/file-system.ts";
import { orNull } from "./build-context-files.ts";
import { readMounts } from "./surroundings.ts";
import { mountOf } from "./mounts.ts";
import type { BuildExposure, StorePaths } from "./build-context.ts";

/** File systems that keep the owner that a file was made with: on others a remote user root is not root outside. */
const KEEPING_OWNERS = new Set([
  "bcachefs",
  "btrfs",
  "ext2",
  "ext3",
  "ext4",
  "f2fs",
  "overlay",
  "tmpfs",
  "xfs",
  "zfs",
]);

/** What is there and belongs to another than the workspace, else what a client of root's is about to write. */
export function findForeign(
  fs: FileSystem,
  user: Owner,
  workspace: string,
  store: StorePaths,
): BuildExposure["foreign"] {
  const ownerOf = (path: string): number | null => orNull(() => fs.lstat(path))?.uid ?? null;
  const workspaceUid = ownerOf(workspace);
  if (workspaceUid === null) return null;
  for (const path of [store.root, store.config, store.credential, store.state, store.backups]) {
    const uid = ownerOf(path);
    if (uid !== null && uid !== workspaceUid) return { path, uid, workspaceUid };
  }
  if (user.uid !== 0 || workspaceUid === 0) return null;
  const fileSystem = mountOf(readMounts(fs), store.root)?.fileSystem;
  if (fileSystem === undefined || !KEEPING_OWNERS.has(fileSystem)) return null;
  return { path: store.credential, uid: user.uid, workspaceUid };
}
