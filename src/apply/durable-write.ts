import { adjustMode } from "./adjust-mode.ts";
import type { FileSystem, Owner, Path } from "./file-system.ts";
import { removeQuietly, withOpen, writeAll } from "./transfer.ts";

export interface DurableWrite {
  readonly path: Path;
  readonly bytes: Buffer;
  readonly mode: number;
  readonly owner: Owner | null;
  /** A name on the same file system that nothing has; the bytes are complete and flushed there before the swap. */
  readonly temporary: Path;
  /** The directory that holds `path`, to be flushed after the swap. */
  readonly directory: Path;
  /** Asked right before the swap: false where what is there is no longer what was decided about. */
  readonly isStillSo?: () => boolean;
}

/**
 * Creates or replaces a file by one rename: at any instant the old bytes or the new, whole.
 * @returns false where `isStillSo` said so: then nothing has changed.
 */
export function writeDurably(fs: FileSystem, write: DurableWrite): boolean {
  const descriptor = fs.openNew(write.temporary, 0o600);
  try {
    withOpen(fs, descriptor, () => {
      writeAll(fs, descriptor, write.bytes, 0);
      fs.fsync(descriptor);
    });
    if (write.owner !== null) fs.lchown(write.temporary, write.owner);
    if (write.mode !== 0o600) adjustMode(fs, write.temporary, write.mode);
    if (write.isStillSo?.() === false) {
      fs.unlink(write.temporary);
      return false;
    }
    fs.rename(write.temporary, write.path);
  } catch (error) {
    removeQuietly(fs, write.temporary);
    throw error;
  }
  fs.syncDirectory(write.directory);
  return true;
}
