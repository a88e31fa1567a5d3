import { parseCredential, type Credential } from "../inspect/credential.ts";
import { decideBrought, type BringRule } from "../plan/decide-brought.ts";
import { decideCredential, type CredentialDecision } from "../plan/decide-credential.ts";
import { isSameLogin, withOtherEntries } from "../plan/other-entries.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import { backupsHold, makeBackup } from "./backups.ts";
import { writeDurably } from "./durable-write.ts";
import type { FileSystem, Owner, Path } from "./file-system.ts";
import { joinPath, parentPath } from "./path.ts";
import { readSmallFile } from "./transfer.ts";

/** Far above any credential, far below what would hurt to read. */
const LIMIT = 1024 * 1024;

export interface CredentialMerge {
  readonly fs: FileSystem;
  /** The credential that comes in; it is left as it is. */
  readonly incoming: Path;
  /** The store's configuration directory. */
  readonly target: Path;
  readonly backups: Path;
  readonly backupName: string;
  /** A name on the store's file system that nothing has. */
  readonly temporary: Path;
  /** `drop`: an incoming one that loses exists elsewhere and stays there. */
  readonly losers: "keep" | "drop";
  readonly owner: Owner | null;
  /** Where it is brought on purpose: then what the store's holds beside the login stays too. */
  readonly rule?: BringRule | undefined;
}

/**
 * Brings the better of two credentials into the store (see `decideCredential` and `decideBrought`), the loser into the backups.
 * At every instant the better one is whole in the store or still whole where it came from. Where the store's
 * changes meanwhile it is decided anew.
 * @throws where one of the two cannot be read: nothing has changed then.
 */
export function mergeCredential(merge: CredentialMerge): "none" | "same" | "taken" | "kept" {
  for (;;) {
    const done = tryMerge(merge);
    if (done !== null) return done;
  }
}

function tryMerge(merge: CredentialMerge): ReturnType<typeof mergeCredential> | null {
  const { fs, incoming } = merge;
  const live = joinPath(merge.target, CREDENTIAL_NAME);
  const incomingBytes = readSmallFile(fs, incoming, LIMIT);
  if (incomingBytes === null) return "none";
  const liveBytes = readSmallFile(fs, live, LIMIT);
  if (liveBytes?.equals(incomingBytes)) return "same";

  const { winner } = decide(merge, parseBytes(liveBytes), parseBytes(incomingBytes));
  // Where the store has no file at all, one without a login comes along too: it may hold other tools' entries.
  if (winner === "store" && liveBytes !== null) {
    if (merge.rule !== undefined && isSameLogin(liveBytes.toString(), incomingBytes.toString()))
      return "same";
    if (merge.losers === "keep" && incomingBytes.length > 0) keep(merge, incomingBytes);
    return "kept";
  }
  if (liveBytes !== null && liveBytes.length > 0) keep(merge, liveBytes);
  const isWritten = writeDurably(fs, {
    path: live,
    bytes:
      merge.rule === undefined || liveBytes === null ? incomingBytes : withOthers(incomingBytes, liveBytes),
    mode: 0o600,
    owner: merge.owner,
    temporary: merge.temporary,
    directory: merge.target,
    isStillSo: () => isSameBytes(readSmallFile(fs, live, LIMIT), liveBytes),
  });
  return isWritten ? "taken" : null;
}

function decide({ rule }: CredentialMerge, live: Credential, incoming: Credential): CredentialDecision {
  return rule === undefined ? decideCredential(live, incoming) : decideBrought(live, incoming, rule);
}

function withOthers(incoming: Buffer, live: Buffer): Buffer {
  return Buffer.from(withOtherEntries(incoming.toString("utf8"), live.toString("utf8")));
}

export function isSameBytes(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}

function parseBytes(bytes: Buffer | null): Credential {
  return parseCredential(bytes === null ? null : bytes.toString("utf8"));
}

function keep(merge: CredentialMerge, bytes: Buffer): void {
  keepBytes(merge, CREDENTIAL_NAME, bytes);
}

/** Writes `bytes` to this merge's backup under `name`, once for one content. */
export function keepBytes(
  merge: Pick<CredentialMerge, "fs" | "backups" | "backupName" | "temporary" | "owner">,
  name: string,
  bytes: Buffer,
): void {
  const { fs, backups, backupName, temporary, owner } = merge;
  if (backupsHold(fs, backups, name, bytes)) return;
  const directory = makeBackup(fs, backups, backupName, owner);
  let path = joinPath(directory, name);
  for (let copy = 2; fs.lstat(path) !== null; copy += 1)
    path = joinPath(directory, `${name}.${copy.toString()}`);
  writeDurably(fs, { path, bytes, mode: 0o600, owner, temporary, directory });
  fs.syncDirectory(backups);
  fs.syncDirectory(parentPath(backups));
}
