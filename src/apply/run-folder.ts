import { isAbsolute } from "node:path";
import { isDeadRun } from "../inspect/run-tag.ts";
import { errnoCode } from "../errors.ts";
import type { FileSystem, Owner } from "./file-system.ts";
import { removeTree } from "./remove-tree.ts";

/** Prefix of the private folders that are there for one run. */
export const RUN_PREFIX = "claude-credentials-run-";

/** Milliseconds: a run shows at least this often that it lives, by its folder's time. */
export const RUN_TOUCH_MS = 60_000;
const ABANDONED_MS = 60 * RUN_TOUCH_MS;

export interface RunFolders {
  readonly fs: FileSystem;
  readonly user: Owner;
  /** Epoch milliseconds. */
  readonly now: number;
  /** `XDG_RUNTIME_DIR`, as it stands in the environment. */
  readonly runtimeDirectory: string | undefined;
  /** This run's name, and so much more that no other has it. */
  readonly tag: string;
  readonly nonce: string;
}

/**
 * Makes a folder that nobody else may look into, in the user's runtime directory or else in `/tmp`; what killed runs
 * left there goes first.
 * @returns its absolute path. Throws the `ErrnoException` of a folder that cannot be made.
 */
export function makeRunFolder(folders: RunFolders): string {
  const { fs, tag, nonce } = folders;
  const base = baseOf(folders);
  sweep(folders, base);
  const path = `${base}/${RUN_PREFIX}${tag}-${nonce}`;
  fs.mkdir(path, 0o700);
  return path;
}

function baseOf({ fs, user, runtimeDirectory }: RunFolders): string {
  if (runtimeDirectory === undefined || !isAbsolute(runtimeDirectory)) return "/tmp";
  const isOurs = quietly(() => {
    const stat = fs.stat(runtimeDirectory);
    return stat?.type === "directory" && stat.uid === user.uid && fs.canWrite(runtimeDirectory);
  });
  return isOurs === true ? runtimeDirectory : "/tmp";
}

/** Of another boot or container nothing can be seen but how old its folder is. */
function sweep({ fs, user, now, tag }: RunFolders, base: string): void {
  const names = quietly(() => fs.list(base).map((name) => name.toString())) ?? [];
  for (const name of names.filter((one) => one.startsWith(RUN_PREFIX))) {
    const path = `${base}/${name}`;
    quietly(() => {
      const stat = fs.lstat(path);
      if (stat?.type !== "directory" || stat.uid !== user.uid) return;
      const run = name.slice(RUN_PREFIX.length);
      const isHere = run.split("-")[0] === tag.split("-")[0];
      const isOld = now - Number(stat.modifiedNs / 1_000_000n) > ABANDONED_MS;
      if (isHere ? isDeadRun(fs, run, tag) : isOld) removeTree(fs, path);
    });
  }
}

/** What fails is left for the next run. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return undefined;
  }
}
