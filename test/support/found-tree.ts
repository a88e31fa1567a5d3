import * as fs from "node:fs";
import { joinPath } from "../../src/apply/path.ts";
import type { TreeEntry } from "./random-tree.ts";

/** What an entry is found to be; `time` in nanoseconds. Directories come before what is in them. */
export interface Found {
  readonly kind: TreeEntry["kind"];
  readonly mode: number;
  readonly time: bigint;
  /** The bytes of a file or the text of a symlink, latin1. */
  readonly content: string;
}

/** Everything below a directory, by its path in latin1; nothing where there is no directory. Follows no symlink. */
export function readTree(root: string): ReadonlyMap<string, Found> {
  const found = new Map<string, Found>();
  if (fs.lstatSync(root, { throwIfNoEntry: false })?.isDirectory() === true)
    addEntries(Buffer.from(root), "", found);
  return found;
}

function addEntries(directory: Buffer, prefix: string, found: Map<string, Found>): void {
  for (const entryName of fs.readdirSync(directory, { encoding: "buffer" })) {
    const text = entryName.toString("latin1");
    const path = joinPath(directory, entryName);
    const stat = fs.lstatSync(path, { bigint: true });
    const common = { mode: Number(stat.mode & 0o7777n), time: stat.mtimeNs };
    if (stat.isDirectory()) {
      found.set(prefix + text, { ...common, kind: "directory", content: "" });
      addEntries(path, `${prefix}${text}/`, found);
    } else if (stat.isSymbolicLink()) {
      const content = fs.readlinkSync(path, { encoding: "buffer" }).toString("latin1");
      found.set(prefix + text, { ...common, kind: "symlink", content });
    } else if (stat.isFIFO()) {
      found.set(prefix + text, { ...common, kind: "fifo", content: "" });
    } else {
      found.set(prefix + text, {
        ...common,
        kind: "file",
        content: fs.readFileSync(path).toString("latin1"),
      });
    }
  }
}
