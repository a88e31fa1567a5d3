import * as path from "node:path";
import type { FileSystem, FileType } from "../apply/file-system.ts";
import { type FeatureFolder, readFeatureFolder } from "./feature-files.ts";
import { isLeftover } from "./leftover.ts";

/** What is at the place of the copy in a project. */
export type CopyState =
  | { readonly state: "absent" }
  /** A folder with nothing in it, or with nothing but what an interrupted run left. */
  | { readonly state: "empty"; readonly entries: CopyEntries }
  | { readonly state: "copy"; readonly feature: FeatureFolder; readonly entries: CopyEntries }
  | { readonly state: "foreign"; readonly what: string };

/** Type and executable bit of everything that lies directly in the folder. */
export type CopyEntries = ReadonlyMap<string, { readonly type: FileType; readonly executable: boolean }>;

/** Looks at the folder that the Feature `id` is copied to. Reads only; never through a symlink at `folder`. */
export function inspectCopy(fs: FileSystem, folder: string, id: string): CopyState {
  const stat = fs.lstat(folder);
  if (stat === null) return { state: "absent" };
  if (stat.type !== "directory") return { state: "foreign", what: `it is a ${stat.type}` };
  const entries = readEntries(fs, folder);
  if ([...entries.keys()].every(isLeftover)) return { state: "empty", entries };
  const feature = readManifested(fs, folder, entries);
  if (feature?.id === id) return { state: "copy", feature, entries };
  const what = feature === null ? "it has no devcontainer-feature.json" : `its id is '${feature.id ?? ""}'`;
  return { state: "foreign", what };
}

function readManifested(fs: FileSystem, folder: string, entries: CopyEntries): FeatureFolder | null {
  return entries.get("devcontainer-feature.json")?.type === "file" ? readFeatureFolder(fs, folder) : null;
}

function readEntries(fs: FileSystem, folder: string): CopyEntries {
  return new Map(
    fs.list(folder).flatMap((name) => {
      const stat = fs.lstat(path.join(folder, name.toString("utf8")));
      if (stat === null) return [];
      return [[name.toString("utf8"), { type: stat.type, executable: (stat.mode & 0o111) !== 0 }] as const];
    }),
  );
}
