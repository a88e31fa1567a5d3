import type { AnchoredFileSystem } from "../apply/anchored-file-system.ts";
import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { excludeLine, isOurRepository } from "./ignore-files.ts";
import { IGNORE_LIMIT } from "./own-entries.ts";
import type { Repository } from "./repository.ts";

/** What keeps git away from a store, as far as it is ours byte for byte; null each where it is not, or not there. */
export interface GitMarks {
  readonly ignore: string | null;
  readonly nested: string | null;
  /** The repository's exclude file, as it is and without our line; latin1. */
  readonly exclude: {
    readonly path: string;
    readonly was: string;
    readonly without: string;
    readonly mode: number;
  } | null;
}

/** @param workspace real path of the folder that the store is in; null where it is not the workspace's own */
export function inspectGitMarks(
  fs: AnchoredFileSystem,
  root: string,
  workspace: string | null,
  repository: Repository | null,
): GitMarks {
  const [ignore, nested] = [`${root}/.gitignore`, `${root}/.git`];
  fs.hold(nested);
  return {
    ignore: textAt(fs, ignore)?.text === "*\n" ? ignore : null,
    nested: isOurRepository(fs, nested) ? nested : null,
    exclude: workspace === null || repository === null ? null : withoutLine(fs, workspace, repository),
  };
}

function withoutLine(
  fs: AnchoredFileSystem,
  workspace: string,
  { top, gitDirectory }: Repository,
): GitMarks["exclude"] {
  if (gitDirectory === null) return null;
  fs.hold(`${gitDirectory}/info`);
  const path = `${gitDirectory}/info/exclude`;
  const found = textAt(fs, path);
  const line = `${Buffer.from(excludeLine(top, workspace)).toString("latin1")}\n`;
  if (found === null) return null;
  const at = `\n${found.text}`.lastIndexOf(`\n${line}`);
  if (at === -1) return null;
  const without = found.text.slice(0, at) + found.text.slice(at + line.length);
  return { path, was: found.text, without, mode: found.mode };
}

function textAt(fs: FileSystem, path: string): { text: string; mode: number } | null {
  const stat = fs.lstat(path);
  if (stat?.type !== "file" || stat.size > IGNORE_LIMIT) return null;
  const text = readSmallFile(fs, path, IGNORE_LIMIT)?.toString("latin1");
  return text === undefined ? null : { text, mode: stat.mode & 0o777 };
}
