import { randomBytes } from "node:crypto";
import type { FileSystem, Owner, Stat } from "../apply/file-system.ts";
import { removeQuietly, withOpen } from "../apply/transfer.ts";
import { INCOMING_PREFIX } from "../plan/plan-merge.ts";

/** Whether a mount keeps owners and modes as they are set. */
export interface MountManners {
  readonly keepsModes: boolean;
  /** The owner that the mount shows for a file just made by the caller. */
  readonly shownOwner: Owner;
}

/**
 * Makes a file and looks at what became of its mode and owner: the one write of the inspection, done only
 * where an owner or a mode looked wrong, because a mount that fakes both (Docker Desktop, bindfs) looks just so.
 * @throws where no file can be made there.
 */
export function probeManners(fs: FileSystem, directory: string): MountManners {
  const path = `${directory}/${INCOMING_PREFIX}probe-${randomBytes(6).toString("hex")}`;
  const descriptor = fs.openNew(path, 0o600);
  let stat: Stat;
  try {
    stat = withOpen(fs, descriptor, () => fs.fstat(descriptor));
  } finally {
    removeQuietly(fs, path);
  }
  return { keepsModes: stat.mode === 0o600, shownOwner: { uid: stat.uid, gid: stat.gid } };
}
