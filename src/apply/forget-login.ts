import { errnoCode } from "../errors.ts";
import { findLoginCopies } from "../inspect/login-traces.ts";
import { readCredentialBytes } from "../inspect/read-credential.ts";
import { readStateBytes, parseStateBytes } from "../inspect/state-file.ts";
import { CREDENTIAL_NAME, INCOMING_PREFIX } from "../plan/plan-merge.ts";
import { writeDurably } from "./durable-write.ts";
import type { FileSystem } from "./file-system.ts";
import type { LockSet } from "./lock/lock-set.ts";
import { parentPath } from "./path.ts";

export interface ForgetLogin {
  readonly fs: FileSystem;
  /** Claude Code's, of this login. */
  readonly locks: LockSet;
  /** The directory that holds the credential, every symlink resolved. */
  readonly directory: string;
  /** The state file that names the account, every symlink resolved; null where there is none. */
  readonly state: string | null;
  /** The login that may go. */
  readonly text: string;
  /** This run's name. */
  readonly tag: string;
}

/**
 * Forgets a login in this place, as if it had never been here; the server is told nothing, so that the login itself lives
 * on elsewhere (facts C21). The copies go first: what would put it back must not outlive it.
 * @returns false where another login is there by now: then that stays, with all its copies
 */
export function forgetLogin({ fs, locks, directory, state, text, tag }: ForgetLogin): boolean {
  const path = `${directory}/${CREDENTIAL_NAME}`;
  if (readCredentialBytes(fs, path)?.toString("utf8") !== text) return false;
  for (const copy of findLoginCopies(fs, directory)) {
    fs.unlink(copy);
    fs.syncDirectory(parentPath(copy));
  }
  if (state !== null) forgetAccount(fs, state, tag);
  // Last, so that whatever fails before leaves the login here.
  locks.check();
  fs.unlink(path);
  syncQuietly(fs, directory);
  return true;
}

/** What is gone is gone, whether or not the disk knows it yet. */
function syncQuietly(fs: FileSystem, directory: string): void {
  try {
    fs.syncDirectory(directory);
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
  }
}

function forgetAccount(fs: FileSystem, path: string, tag: string): void {
  const state = parseStateBytes(readStateBytes(fs, path));
  if (state.state !== "valid" || state.document["oauthAccount"] === undefined) return;
  const rest = Object.fromEntries(Object.entries(state.document).filter(([name]) => name !== "oauthAccount"));
  const was = fs.lstat(path);
  const directory = parentPath(path);
  writeDurably(fs, {
    ...{ path, directory, mode: 0o600, bytes: Buffer.from(`${JSON.stringify(rest, null, 2)}\n`) },
    owner: was === null ? null : { uid: was.uid, gid: was.gid },
    temporary: `${directory.toString()}/${INCOMING_PREFIX}${tag}-forget`,
  });
}
