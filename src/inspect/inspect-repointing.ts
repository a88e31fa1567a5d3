import type { FileSystem } from "../apply/file-system.ts";
import { devcontainerFiles } from "./build-context-builds.ts";
import { readText, realpathOf } from "./build-context-files.ts";
import type { StatusInspection } from "./inspect-status.ts";
import { isOwnTarget } from "./own-target.ts";
import { findRepointingCommands, type RepointingCommand } from "./repointing-commands.ts";
import { readStamp } from "./stamp.ts";

/** What tells that somebody else re-points `~/.claude`. */
export interface Repointing {
  /** Where the last `start` led the link, and where it leads now; null where that is the same, or is not known. */
  readonly moved: { readonly link: string; readonly from: string; readonly to: string } | null;
  readonly commands: readonly RepointingCommand[];
  /** Whether there was a devcontainer.json to read. */
  readonly hasProject: boolean;
}

export function inspectRepointing(fs: FileSystem, status: StatusInspection): Repointing {
  const { layout, config, workspace } = status;
  const stamp = readStamp(fs, layout.stamp);
  const isMoved =
    stamp?.configLink === layout.config &&
    config.kind === "symlink" &&
    !isOwnTarget("config", config.text, status);
  const real = workspace === null ? null : realpathOf(fs, workspace);
  const files = (real === null ? [] : devcontainerFiles(fs, real)).flatMap((file) => {
    const read = readText(fs, file);
    return read.state === "text" ? [{ file, text: read.text }] : [];
  });
  const commands: RepointingCommand[] = [];
  for (const { file, text } of files) {
    if (real === null) continue;
    commands.push(...findRepointingCommands(fs, file, text, real));
  }
  return {
    moved: isMoved ? { link: layout.config, from: stamp.configTarget, to: config.text } : null,
    commands,
    hasProject: files.length > 0,
  };
}
