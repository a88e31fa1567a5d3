import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { FileSystem } from "../../../src/apply/file-system.ts";
import type { MergeRequest } from "../../../src/apply/merge-request.ts";
import { nodeFileSystem } from "../../../src/apply/node-file-system.ts";
import { systemError } from "../../../src/errors.ts";
import { faultyFileSystem, isMutating } from "../../support/faulty-file-system.ts";
import { buildTree, type Tree } from "../../support/tree.ts";

/** A merge of `home` into `store/config`, below a temporary tree. */
export function merging(
  tree: Tree,
  options: Partial<MergeRequest> = {},
): { readonly root: string; readonly request: MergeRequest } {
  const root = buildTree(tree);
  for (const name of ["home", "store/config"]) mkdirSync(join(root, name), { recursive: true });
  const request: MergeRequest = {
    fs: nodeFileSystem,
    source: join(root, "home"),
    target: join(root, "store/config"),
    staging: join(root, "store/staging"),
    backups: join(root, "store/backups"),
    backupName: "now",
    sourceGoes: true,
    losers: "keep",
    owner: null,
    leaveOut: () => false,
    ...options,
  };
  return { root, request };
}

/** The machine's file system, with the home on a disk of its own and the store as `store` says. */
export function twoDisks(store: Partial<FileSystem> = {}): FileSystem {
  const real = nodeFileSystem;
  return {
    ...real,
    lstat: (path) => {
      const stat = real.lstat(path);
      const isHome = /\/home(\/|$)/.test(path.toString());
      return stat !== null && isHome ? { ...stat, device: stat.device + 1n } : stat;
    },
    link: (existing, path) => {
      if (/\/home\//.test(existing.toString())) throw systemError("EXDEV", "link", existing.toString());
      real.link(existing, path);
    },
    ...store,
  };
}

/** A file system, and how many of the calls that it was given change something. */
export function watched(fs: FileSystem): { readonly fs: FileSystem; readonly changes: () => number } {
  const faulty = faultyFileSystem(fs);
  return { fs: faulty.fs, changes: () => faulty.calls.filter(({ name }) => isMutating(name)).length };
}
