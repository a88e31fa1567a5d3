import { dirname } from "node:path";
import type { AnchoredFileSystem } from "../apply/anchored-file-system.ts";
import type { FileSystem, Owner } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { isErrno } from "../errors.ts";
import { OLDER_COPY_NAME, SECRETS_NAME, type HomeLayout } from "../layout.ts";
import type { Inspection, Leftover, RankedCandidate } from "./inspection.ts";
import { deadLeftovers } from "./run-tag.ts";
import type { StoreCandidate } from "./store-candidate.ts";
import { digestOf } from "./tree-digest.ts";

/** Ends the name of what becomes a file of somebody else's by a rename, and is nothing before. */
const UNFINISHED = "-unfinished";

/** Whether a name is that of such a file. */
export function isUnfinishedFile(name: string): boolean {
  return name.endsWith(UNFINISHED);
}

/** What interrupted runs left beside the configuration directory and in the home. */
export function findLeftovers(fs: FileSystem, layout: HomeLayout, tag: string): Leftover[] {
  const parents = new Set([dirname(layout.config), layout.home]);
  return [...parents].flatMap((parent) =>
    deadLeftovers(fs, parent, tag)
      .filter((name) => !isUnfinishedFile(name))
      .map((name) => {
        const path = `${parent}/${name}`;
        const type = fs.lstat(path)?.type;
        return { path, type: type === "directory" || type === "symlink" ? type : "file" };
      }),
  );
}

/** What interrupted runs left in a store, the user's own or its owner's: what others name so is not ours to remove. */
export function findStoreLeftovers(
  fs: AnchoredFileSystem,
  { exists, verdict, layout }: StoreCandidate,
  user: Owner,
  tag: string,
): string[] {
  if (!exists || !verdict.usable) return [];
  const paths = deadLeftovers(fs, layout.root, tag).map((name) => `${layout.root}/${name}`);
  if (paths.length === 0) return [];
  const owners = [user.uid, fs.lstat(layout.config)?.uid];
  return paths.filter((path) => {
    fs.hold(path);
    return owners.includes(fs.lstat(path)?.uid);
  });
}

export function findOlderCopy(
  fs: FileSystem,
  workspace: string | null,
  candidates: readonly RankedCandidate[],
): Inspection["olderCopy"] {
  if (workspace === null) return null;
  const isSafe = candidates.some(
    ({ candidate }) => candidate.kind === "workspace" && candidate.exists && candidate.verdict.usable,
  );
  const path = `${workspace}/${SECRETS_NAME}/${OLDER_COPY_NAME}`;
  if (!isSafe || fs.lstat(path)?.type !== "file") return null;
  try {
    const bytes = readSmallFile(fs, path, 1024 * 1024);
    return bytes === null ? null : { path, digest: digestOf(bytes) };
  } catch (error) {
    if (isErrno(error, "EACCES", "EFBIG")) return null;
    throw error;
  }
}
