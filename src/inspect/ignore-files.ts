import type { AnchoredFileSystem } from "../apply/anchored-file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { SECRETS_NAME } from "../layout.ts";
import type { IgnoreFiles } from "./inspection.ts";
import type { Repository } from "./repository.ts";
import { IGNORE_LIMIT, misshapen } from "./own-entries.ts";
import { deadLeftovers } from "./run-tag.ts";

/**
 * Looks at what keeps the workspace's `.devcontainer.secrets` away from git. A nested repository without the
 * exclude line breaks `git add -A` (facts C19), so there are both or neither.
 */
export function inspectIgnoreFiles(
  fs: AnchoredFileSystem,
  workspace: string,
  repository: Repository | null,
  tag: string,
): IgnoreFiles {
  const folder = `${workspace}/${SECRETS_NAME}`;
  const own = `${folder}/.gitignore`;
  const ownText =
    fs.lstat(own)?.type === "file" ? readSmallFile(fs, own, IGNORE_LIMIT)?.toString() : undefined;
  const ownContent = ownText?.split(/\r?\n/).includes("*") ? null : appendLine(ownText ?? "", "*");

  const gitDirectory = repository?.gitDirectory ?? null;
  if (repository === null || gitDirectory === null)
    return { own, ownContent, exclude: null, nestedGit: null, leftovers: [], trouble: null };

  const nested = `${folder}/.git`;
  fs.hold(nested);
  fs.hold(`${gitDirectory}/info`);
  const isOther = ![undefined, "directory"].includes(fs.lstat(nested)?.type);
  const nestedGit = isOther || fs.lstat(`${nested}/HEAD`) !== null ? null : nested;
  const path = `${gitDirectory}/info/exclude`;
  const leftovers = deadLeftovers(fs, `${gitDirectory}/info`, tag).map(
    (name) => `${gitDirectory}/info/${name}`,
  );
  const directoryMissing = fs.lstat(`${gitDirectory}/info`) === null;
  const stat = fs.lstat(path);
  const writable = directoryMissing
    ? fs.canWrite(gitDirectory)
    : stat === null
      ? fs.canWrite(`${gitDirectory}/info`)
      : fs.canWrite(path) && fs.canWrite(`${gitDirectory}/info`);
  const trouble =
    misshapen({ path: `${gitDirectory}/info`, type: "directory" }, fs.lstat(`${gitDirectory}/info`)) ??
    misshapen({ path, type: "file", limit: IGNORE_LIMIT }, stat);
  const without = { own, ownContent, exclude: null, leftovers, trouble };
  if (trouble !== null) return { ...without, nestedGit: null };
  const text = stat === null ? "" : (readSmallFile(fs, path, IGNORE_LIMIT)?.toString("latin1") ?? "");
  const line = Buffer.from(excludeLine(repository.top, workspace)).toString("latin1");
  if (text.split(/\r?\n/).includes(line)) return { ...without, nestedGit };
  if (!writable) return { ...without, nestedGit: null };
  return { ...without, exclude: { path, content: appendLine(text, line), directoryMissing }, nestedGit };
}

function appendLine(text: string, line: string): string {
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${line}\n`;
}

/** The folder's path from the repository's top, anchored, with git's pattern characters taken literally. */
function excludeLine(top: string, workspace: string): string {
  const below = workspace === top ? "" : `${workspace.slice(top === "/" ? 1 : top.length + 1)}/`;
  return `/${below.replace(/[\\*?[\]]/g, "\\$&")}${SECRETS_NAME}/`;
}
