import { isObject } from "../inspect/credential.ts";
import { decideState, parseStateFile, type StateFile } from "../plan/decide-state.ts";
import { STATE_NAME } from "../plan/plan-merge.ts";
import { listBackups } from "./backups.ts";
import { writeDurably } from "./durable-write.ts";
import type { FileSystem, Owner, Path } from "./file-system.ts";
import { keepBytes } from "./merge-credential.ts";
import { joinPath, parentPath } from "./path.ts";
import { readSmallFile } from "./transfer.ts";

const LIMIT = 256 * 1024 * 1024;

export interface StateMerge {
  readonly fs: FileSystem;
  /** The state file that comes in, or null to look after the store's alone. It is left as it is. */
  readonly incoming: Path | null;
  /** The store's state file. */
  readonly live: Path;
  /** Where Claude Code keeps its own backups of it. */
  readonly clientBackups: Path;
  readonly backups: Path;
  readonly backupName: string;
  readonly temporary: Path;
  readonly owner: Owner | null;
}

/**
 * Brings a state file into the store: see `decideState`. What is replaced and what loses is in the backups
 * before the store's file changes.
 */
export function mergeState(merge: StateMerge): "none" | "same" | "taken" | "filled" | "kept" {
  const { fs, incoming, live } = merge;
  const incomingBytes = incoming === null ? null : readSmallFile(fs, incoming, LIMIT);
  const liveBytes = readSmallFile(fs, live, LIMIT);
  if (incomingBytes === null && liveBytes === null) return "none";
  const store = parseBytes(liveBytes);
  if (store.state === "valid" && (incomingBytes === null || liveBytes?.equals(incomingBytes))) return "same";

  const decision = decideState(
    store,
    parseBytes(incomingBytes),
    store.state === "malformed" ? validBackups(merge) : [],
  );
  if (decision.backUpStore && liveBytes !== null && liveBytes.length > 0)
    keepBytes(merge, STATE_NAME, liveBytes);
  if (decision.backUpIncoming && incomingBytes !== null && incomingBytes.length > 0)
    keepBytes(merge, STATE_NAME, incomingBytes);
  if (decision.content === "store") return "kept";

  const taken = decision.content === "incoming" && incomingBytes !== null;
  const bytes = taken ? incomingBytes : Buffer.from(`${JSON.stringify(decision.content, null, 2)}\n`);
  const directory = parentPath(live);
  writeDurably(fs, {
    path: live,
    bytes,
    mode: 0o600,
    owner: merge.owner,
    temporary: merge.temporary,
    directory,
  });
  return taken ? "taken" : "filled";
}

function parseBytes(bytes: Buffer | null): StateFile {
  return parseStateFile(bytes === null ? null : bytes.toString("utf8"));
}

/**
 * Valid state files among our backups and the client's (`backups/.claude.json.backup.<epoch ms>` in its
 * configuration directory, observed with 2.1.330), the newest first. A nearly empty one, as a fresh start
 * writes it, is no login's and is passed over.
 */
function validBackups(merge: StateMerge): Readonly<Record<string, unknown>>[] {
  const { fs } = merge;
  const ours = listBackups(fs, merge.backups).map((name) =>
    joinPath(joinPath(merge.backups, name), STATE_NAME),
  );
  const theirs =
    fs.lstat(merge.clientBackups)?.type === "directory"
      ? fs
          .list(merge.clientBackups)
          .filter((name) => /^\.claude\.json\.backup\.\d+$/.test(name.toString()))
          .map((name) => joinPath(merge.clientBackups, name))
      : [];
  return [...ours, ...theirs]
    .map((path) => ({ path, stat: fs.lstat(path) }))
    .flatMap(({ path, stat }) => (stat?.type === "file" ? [{ path, modifiedNs: stat.modifiedNs }] : []))
    .sort((a, b) => (a.modifiedNs === b.modifiedNs ? 0 : a.modifiedNs > b.modifiedNs ? -1 : 1))
    .flatMap(({ path }) => {
      const state = parseBytes(readSmallFile(fs, path, LIMIT));
      return state.state === "valid" && saysSomething(state.document) ? [state.document] : [];
    });
}

function saysSomething(document: Readonly<Record<string, unknown>>): boolean {
  return ["hasCompletedOnboarding", "oauthAccount", "mcpServers", "projects"].some((name) => {
    const value = document[name];
    return isObject(value) ? Object.keys(value).length > 0 : value === true;
  });
}
