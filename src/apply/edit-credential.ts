import { readCredentialBytes } from "../inspect/read-credential.ts";
import { deadLeftovers } from "../inspect/run-tag.ts";
import { CREDENTIAL_NAME, INCOMING_PREFIX } from "../plan/plan-merge.ts";
import { credentialLocks } from "../plan/lock-names.ts";
import type { FileSystem, Owner } from "./file-system.ts";
import { writeDurably } from "./durable-write.ts";
import type { Clock } from "./lock/clock.ts";
import type { HeldBySomebody } from "./lock/lock-seeker.ts";
import { LockSet } from "./lock/lock-set.ts";
import { takeLocks } from "./lock/take-locks.ts";
import { removeQuietly } from "./transfer.ts";

export interface CredentialEdit {
  readonly fs: FileSystem;
  readonly user: Owner;
  readonly clock: Clock;
  /** The directory that holds the credential, as Claude Code is given it. */
  readonly directory: string;
  /** Milliseconds that Claude Code's locks are waited for. */
  readonly wait: number;
  /** Called while waiting; throws to end that. */
  readonly pulse: () => void;
  /** This run's name. */
  readonly tag: string;
  /** Unique among the edits of a run. */
  readonly nonce: string;
  /** The new text, or null to leave the file as it is. */
  readonly edit: (text: string) => string | null;
}

/** What an edit calls its file for the moment: prefix, run, and the edit's own number. */
const OWN_NAME = new RegExp(`^${INCOMING_PREFIX.replaceAll(".", "\\.")}[0-9a-f]{8}-\\d+-[0-9a-f]{8}$`);

/** Milliseconds: Claude Code waits longer. */
const HELD_AT_MOST_MS = 20_000;

/**
 * Replaces a credential while Claude Code's own locks are ours, by one rename.
 * @returns what it read, or who held a lock. Throws the `ErrnoException` of what failed; then the old file is untouched.
 */
export async function editCredential(change: CredentialEdit): Promise<string | null | HeldBySomebody> {
  const { fs, user, clock, directory, wait, pulse, tag, nonce, edit } = change;
  const paths = credentialLocks(directory, fs.realpath(directory) ?? directory);
  const locks = await takeLocks({ fs, clock, wait, pulse, paths, limit: HELD_AT_MOST_MS });
  if (!(locks instanceof LockSet)) return locks;
  try {
    for (const name of deadLeftovers(fs, directory, tag))
      if (OWN_NAME.test(name)) removeQuietly(fs, `${directory}/${name}`);
    const path = `${directory}/${CREDENTIAL_NAME}`;
    const text = readCredentialBytes(fs, path)?.toString("utf8") ?? null;
    const was = fs.lstat(path);
    const next = text === null ? null : edit(text);
    if (next === null) return text;
    writeDurably(fs, {
      ...{ path, directory, mode: 0o600, bytes: Buffer.from(next) },
      owner: was === null || was.uid === user.uid ? null : { uid: was.uid, gid: was.gid },
      temporary: `${directory}/${INCOMING_PREFIX}${tag}-${nonce}`,
      isStillSo: () => {
        locks.check();
        return true;
      },
    });
    return text;
  } finally {
    locks.release();
  }
}
