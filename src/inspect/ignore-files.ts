import type { AnchoredFileSystem } from "../apply/anchored-file-system.ts";
import type { FileSystem } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { NESTED_HEAD, SECRETS_NAME } from "../layout.ts";
import { askGitIgnored } from "./git.ts";
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
  const { path: own, content: ownContent } = inspectOwnIgnore(fs, folder);

  const gitDirectory = repository?.gitDirectory ?? null;
  if (repository === null || gitDirectory === null)
    return { own, ownContent, exclude: null, nestedGit: null, strayGit: null, leftovers: [], trouble: null };

  const nested = `${folder}/.git`;
  fs.hold(nested);
  fs.hold(`${gitDirectory}/info`);
  const isOther = ![undefined, "directory"].includes(fs.lstat(nested)?.type);
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
  if (trouble !== null) return { ...without, nestedGit: null, strayGit: null };
  const text = stat === null ? "" : (readSmallFile(fs, path, IGNORE_LIMIT)?.toString("latin1") ?? "");
  const line = Buffer.from(excludeLine(repository.top, workspace)).toString("latin1");
  const isExcluded = text.split(/\r?\n/).includes(line);
  const stray = isOurRepository(fs, nested) ? nested : null;
  if (!isExcluded && !writable) return { ...without, nestedGit: null, strayGit: stray };
  const missing = isOther || fs.lstat(`${nested}/HEAD`) !== null ? null : nested;
  if (!isExcluded) {
    const exclude = { path, content: appendLine(text, line), directoryMissing };
    return { ...without, exclude, nestedGit: missing, strayGit: null };
  }
  // A .gitignore of the repository's may bring the folder back; before the line is there git cannot say.
  const isBack =
    fs.lstat(folder) !== null &&
    askGitIgnored(workspace, repository.top, SECRETS_NAME, fs.workingDirectory(repository.top)) === false;
  return { ...without, nestedGit: isBack ? null : missing, strayGit: isBack ? stray : null };
}

/** A `.gitignore` that keeps all of a store out of git's hands. */
export interface OwnIgnore {
  readonly path: string;
  /** The text it must have; null where it is right. */
  readonly content: string | null;
}

/** Looks at the `.gitignore` in a store's root. */
export function inspectOwnIgnore(fs: FileSystem, root: string): OwnIgnore {
  const path = `${root}/.gitignore`;
  const text =
    fs.lstat(path)?.type === "file" ? readSmallFile(fs, path, IGNORE_LIMIT)?.toString() : undefined;
  return { path, content: text?.split(/\r?\n/).includes("*") ? null : appendLine(text ?? "", "*") };
}

/** True for the least of a repository as we make it, and nothing more. */
export function isOurRepository(fs: FileSystem, path: string): boolean {
  const head = fs.lstat(path)?.type === "directory" ? fs.lstat(`${path}/HEAD`) : null;
  if (head?.type !== "file" || head.size !== NESTED_HEAD.length) return false;
  const isEmpty = (name: string): boolean =>
    fs.lstat(`${path}/${name}`)?.type === "directory" && fs.list(`${path}/${name}`).length === 0;
  return (
    fs.list(path).join() === "HEAD,objects,refs" &&
    isEmpty("objects") &&
    isEmpty("refs") &&
    readSmallFile(fs, `${path}/HEAD`, IGNORE_LIMIT)?.toString() === NESTED_HEAD
  );
}

function appendLine(text: string, line: string): string {
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${line}\n`;
}

/** The folder's path from the repository's top, anchored, with git's pattern characters taken literally. */
export function excludeLine(top: string, workspace: string): string {
  const below = workspace === top ? "" : `${workspace.slice(top === "/" ? 1 : top.length + 1)}/`;
  return `/${below.replace(/[\\*?[\]]/g, "\\$&")}${SECRETS_NAME}/`;
}
