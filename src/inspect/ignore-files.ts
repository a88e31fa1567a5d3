import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { SECRETS_NAME } from "../layout.ts";
import type { IgnoreFiles } from "./inspection.ts";
import type { Repository } from "./repository.ts";
import { deadLeftovers } from "./run-tag.ts";

const LIMIT = 1024 * 1024;

/**
 * Looks at what keeps the workspace's `.devcontainer.secrets` away from git. A nested repository without the
 * exclude line breaks `git add -A` (facts C19), so there are both or neither.
 */
export function inspectIgnoreFiles(
  fs: FileSystem,
  workspace: string,
  repository: Repository | null,
  tag: string,
): IgnoreFiles {
  const folder = `${workspace}/${SECRETS_NAME}`;
  const own = `${folder}/.gitignore`;
  const ownText = fs.lstat(own)?.type === "file" ? readSmallFile(fs, own, LIMIT)?.toString() : undefined;
  const ownContent = ownText?.split(/\r?\n/).includes("*") ? null : appendLine(ownText ?? "", "*");

  const gitDirectory = repository?.gitDirectory ?? null;
  if (repository === null || gitDirectory === null)
    return { own, ownContent, exclude: null, nestedGit: null, leftovers: [] };

  const nested = `${folder}/.git`;
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
  const realParts =
    (directoryMissing || fs.lstat(`${gitDirectory}/info`)?.type === "directory") &&
    (stat === null || stat.type === "file");
  const text = stat?.type === "file" ? (readSmallFile(fs, path, LIMIT)?.toString("latin1") ?? "") : "";
  const line = Buffer.from(excludeLine(repository.top, workspace)).toString("latin1");
  if (text.split(/\r?\n/).includes(line)) return { own, ownContent, exclude: null, nestedGit, leftovers };
  if (!writable || !realParts) return { own, ownContent, exclude: null, nestedGit: null, leftovers };
  const exclude = { path, content: appendLine(text, line), directoryMissing };
  return { own, ownContent, exclude, nestedGit, leftovers };
}

function appendLine(text: string, line: string): string {
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${line}\n`;
}

/** The folder's path from the repository's top, anchored, with git's pattern characters taken literally. */
function excludeLine(top: string, workspace: string): string {
  const below = workspace === top ? "" : `${workspace.slice(top === "/" ? 1 : top.length + 1)}/`;
  return `/${below.replace(/[\\*?[\]]/g, "\\$&")}${SECRETS_NAME}/`;
}
