import type { FileSystem } from "../apply/file-system.ts";
import { errnoCode } from "../errors.ts";
import { homeLayout, workspaceOfLink } from "../layout.ts";
import type { CommonOptions } from "../options.ts";
import { realPathIfAllowed } from "./entry.ts";
import { guessWorkspace } from "./guess-workspace.ts";
import { readStamp } from "./stamp.ts";

type Asked = Pick<CommonOptions, "home" | "configDirectory" | "workspace">;

/** What a `start` by hand is meant for. */
interface LastStart {
  readonly workspace: string | null;
  readonly devcontainerId: string | null;
}

/**
 * What the last start of this home was called for, as its stamp says, but with the workspace that is named now; where
 * neither tells one, it is that whose store `~/.claude` leads to.
 */
export function readLastStart(fs: FileSystem, asked: Asked): LastStart {
  const layout = homeLayout(asked.home, asked.configDirectory);
  const last = readStamp(fs, layout.stamp);
  const link = (): string =>
    fs.lstat(layout.config)?.type === "symlink" ? fs.readlink(layout.config).toString() : "";
  return {
    workspace: asked.workspace ?? nonEmpty(last?.workspace) ?? workspaceOfLink(link()),
    devcontainerId: nonEmpty(last?.devcontainerId),
  };
}

/**
 * The workspace folder for commands that only look: the one that is named or of the last start, else the one whose
 * store the configuration directory is, else the project around `folder`, where the command is called. Null where
 * nothing tells, or where that may not be read: what is in the way is then said by the look itself.
 */
export function findWorkspace(fs: FileSystem, asked: Asked, folder: string): string | null {
  const { config } = homeLayout(asked.home, asked.configDirectory);
  try {
    return (
      readLastStart(fs, asked).workspace ??
      workspaceOfLink(realPathIfAllowed(fs, config) ?? "") ??
      guessWorkspace(fs, folder, asked.home)
    );
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return asked.workspace;
  }
}

function nonEmpty(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : text;
}
