import { basename, dirname } from "node:path";
import { directoryIdentity, readFormatFile, renderFormatFile } from "../inspect/format-file.ts";
import { askGitIgnored } from "../inspect/git.ts";
import { parseStateBytes, readStateBytes } from "../inspect/state-file.ts";
import { findRepository } from "../inspect/repository.ts";
import { FORMAT, NESTED_HEAD } from "../layout.ts";
import { accountOf, loginFactsText } from "../plan/decide-state.ts";
import { CREATED, type Done, type Of, UNCHANGED, UPDATED } from "./done.ts";
import { writeDurably } from "./durable-write.ts";
import type { FileSystem } from "./file-system.ts";
import { parentPath } from "./path.ts";

/** Writes the `format` file for the directory as it is now. */
export function writeFormat(action: Of<"write-format">, fs: FileSystem): Done {
  const identity = directoryIdentity(fs, action.root) ?? "";
  const existing = readFormatFile(fs, action.path);
  const lookedAt = action.lookedAt ?? (existing?.identity === identity ? existing.lookedAt : null);
  const bytes = Buffer.from(renderFormatFile({ version: FORMAT, identity, merged: action.merged, lookedAt }));
  writeDurably(fs, {
    path: action.path,
    bytes,
    mode: 0o600,
    owner: action.owner,
    temporary: action.temporary,
    directory: action.root,
  });
  return existing === null ? CREATED : UPDATED;
}

/** The least that git takes for a repository: it then leaves the folder alone (facts C19). `HEAD` last. */
export function makeNestedGit(action: Of<"make-nested-git">, fs: FileSystem): Done {
  const { path, owner } = action;
  const folder = dirname(path);
  // Where a .gitignore brings the folder back, a repository in it would break `git add -A`; its own .gitignore does.
  const workspace = dirname(folder);
  const repository = findRepository(fs, workspace);
  if (repository !== null && askGitIgnored(workspace, repository.top, basename(folder)) === false)
    return { result: "skipped", reason: "a .gitignore of the repository brings the folder back" };
  const made = [path, `${path}/objects`, `${path}/refs`];
  for (const directory of made) {
    if (fs.lstat(directory)?.type === "directory") continue;
    fs.mkdir(directory, 0o700);
    if (owner !== null) fs.lchown(directory, owner);
  }
  writeDurably(fs, {
    path: `${path}/HEAD`,
    bytes: Buffer.from(NESTED_HEAD),
    mode: 0o600,
    owner,
    temporary: action.temporary,
    directory: path,
  });
  return CREATED;
}

/** Keeps a container's login facts, if it has an account, for the containers to come. */
export function shareLoginFacts(action: Of<"share-login-facts">, fs: FileSystem): Done {
  const state = parseStateBytes(readStateBytes(fs, action.from));
  if (state.state !== "valid" || accountOf(state.document) === null) return UNCHANGED;
  const bytes = Buffer.from(loginFactsText(state.document));
  if (readStateBytes(fs, action.path)?.equals(bytes)) return UNCHANGED;
  writeDurably(fs, {
    path: action.path,
    bytes,
    mode: 0o600,
    owner: action.owner,
    temporary: action.temporary,
    directory: parentPath(action.path),
  });
  return UPDATED;
}
