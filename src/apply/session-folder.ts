import { UserError } from "../errors.ts";
import { SESSIONS_NAME } from "../layout.ts";
import { quote } from "../report/quote.ts";
import type { FileSystem, Owner, Stat } from "./file-system.ts";
import { makeOwned } from "./make-owned.ts";
import { withOpen } from "./transfer.ts";

/**
 * What Claude Code goes on with: conversations, the files as they were before its edits, tasks, plans, and what its
 * history refers to. It works in all of them through a symlink (observed with 2.1.330); where one is missing behind
 * its symlink it could not make it.
 */
const DIRECTORIES = ["projects", "file-history", "tasks", "plans", "paste-cache"] as const;
/** What was typed: Claude Code appends to it and never puts another file in its place (observed with 2.1.330). */
const HISTORY = "history.jsonl";

export interface SessionFolder {
  readonly fs: FileSystem;
  readonly user: Owner;
  /** The directory that holds the login, as it was given. */
  readonly login: string;
  readonly name: string;
}

type Wanted = "directory" | "file";

/**
 * Makes what is missing of a session, private, and checks what is there: a workspace's files may come from somebody
 * else, and what is written through here is a person's words.
 * @returns the absolute paths that a working copy is to lead to, by their names in it
 * @throws UserError for anything that is no entry of the user's own. Throws the `ErrnoException` of what cannot be made.
 */
export function openSession({ fs, user, login, name }: SessionFolder): Map<string, string> {
  const above = fs.stat(login);
  // What root makes in somebody's store must be of use to them.
  const owner = above === null || above.uid === user.uid ? null : { uid: above.uid, gid: above.gid };
  const owners = [user.uid, ...(owner === null ? [] : [owner.uid])];
  const prepare = (path: string, wanted: Wanted): void => {
    const found = fs.lstat(path);
    if (found === null) make(fs, path, wanted, owner);
    else mustBeOurs(path, found, wanted, owners);
    const mode = wanted === "directory" ? 0o700 : 0o600;
    if (found !== null && (found.mode & 0o077) !== 0) fs.chmod(path, mode);
  };
  const folder = `${login}/${SESSIONS_NAME}/${name}`;
  prepare(`${login}/${SESSIONS_NAME}`, "directory");
  prepare(folder, "directory");
  for (const directory of DIRECTORIES) prepare(`${folder}/${directory}`, "directory");
  prepare(`${folder}/${HISTORY}`, "file");
  return new Map([...DIRECTORIES, HISTORY].map((entry) => [entry, `${folder}/${entry}`]));
}

function make(fs: FileSystem, path: string, wanted: Wanted, owner: Owner | null): void {
  if (wanted === "directory") {
    makeOwned(fs, path, 0o700, owner);
    return;
  }
  withOpen(fs, fs.openNew(path, 0o600), () => undefined);
  if (owner !== null) fs.lchown(path, owner);
}

function mustBeOurs(path: string, { type, uid }: Stat, wanted: Wanted, owners: readonly number[]): void {
  const look = `look at it (ls -ld ${quote(path)}), and move it away`;
  if (type !== wanted)
    throw new UserError(`run: ${path} is a ${type}, where a session has a ${wanted}`, look);
  if (!owners.includes(uid)) throw new UserError(`run: ${path} belongs to user ${uid.toString()}`, look);
}
