import { UserError } from "../errors.ts";
import { SESSIONS_NAME } from "../layout.ts";
import { quote } from "../report/quote.ts";
import type { FileSystem, FileType, Owner, Stat } from "./file-system.ts";
import { makeOwned } from "./make-owned.ts";
import { joinPath } from "./path.ts";
import { removeTree } from "./remove-tree.ts";

/**
 * What of a configuration directory Claude Code goes on with (observed with 2.1.330): conversations with what their tools
 * said, the files as they were before its edits, what was typed and pasted, plans and tasks. Never the credential.
 */
const KEPT: ReadonlyMap<string, FileType> = new Map([
  ...["projects", "file-history", "paste-cache", "plans", "tasks"].map(
    (name) => [name, "directory"] as const,
  ),
  ["history.jsonl", "file"] as const,
]);

export interface SessionFolder {
  readonly fs: FileSystem;
  readonly user: Owner;
  /** The directory that holds the login, as it was given. */
  readonly login: string;
  readonly name: string;
}

/**
 * Makes a session the configuration directory of one execution: what is kept lies in it, as in any, and everything of
 * the working copy at `config` is a symlink to there. (The other way round Claude Code asks before it reads what its own
 * tools said: behind a symlink it is no part of its directory.) What a killed execution left, or somebody put there, goes
 * first: settings in there would run programs.
 * @returns its path
 * @throws UserError for anything that is no entry of the user's own. Throws the `ErrnoException` of what cannot be made.
 */
export function openSession({ fs, user, login, name }: SessionFolder, config: string): string {
  const above = fs.stat(login);
  // What root makes in somebody's store must be of use to them.
  const owner = above === null || above.uid === user.uid ? null : { uid: above.uid, gid: above.gid };
  const owners = [user.uid, ...(owner === null ? [] : [owner.uid])];
  const session = `${login}/${SESSIONS_NAME}/${name}`;
  for (const path of [`${login}/${SESSIONS_NAME}`, session]) {
    if (fs.lstat(path) === null) makeOwned(fs, path, 0o700, owner);
    else closeOurs(fs, path, "directory", owners);
  }
  clearSession(fs, session);
  for (const [kept, type] of KEPT) closeOurs(fs, `${session}/${kept}`, type, owners);
  for (const entry of fs.list(config).map(String)) fs.symlink(`${config}/${entry}`, `${session}/${entry}`);
  return session;
}

/** Removes what is not kept, never through a symlink. Throws the `ErrnoException` of what cannot be removed. */
export function clearSession(fs: FileSystem, session: string): void {
  for (const name of fs.list(session))
    if (!KEPT.has(name.toString())) removeTree(fs, joinPath(session, name));
}

/** Where something is, it must be one of ours, and nobody else's to read. */
function closeOurs(fs: FileSystem, path: string, wanted: FileType, owners: readonly number[]): void {
  const stat = fs.lstat(path);
  if (stat === null) return;
  mustBeOurs(path, stat, wanted, owners);
  if ((stat.mode & 0o077) !== 0) fs.chmod(path, stat.mode & 0o700);
}

function mustBeOurs(path: string, { type, uid }: Stat, wanted: FileType, owners: readonly number[]): void {
  const look = `look at it (ls -ld ${quote(path)}), and move it away`;
  if (type !== wanted)
    throw new UserError(`run: ${path} is a ${type}, where a session has a ${wanted}`, look);
  if (!owners.includes(uid)) throw new UserError(`run: ${path} belongs to user ${uid.toString()}`, look);
}
