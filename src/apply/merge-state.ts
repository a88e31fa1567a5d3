import { isObject } from "../inspect/credential.ts";
import { parseStateBytes, readStateBytes } from "../inspect/state-file.ts";
import { decideBroughtState, type BroughtState } from "../plan/decide-brought-state.ts";
import { decideState, type StateDecision, type StateFile } from "../plan/decide-state.ts";
import { STATE_NAME } from "../plan/plan-merge.ts";
import { backupsHold, listBackups } from "./backups.ts";
import { writeDurably } from "./durable-write.ts";
import type { FileSystem, Owner, Path } from "./file-system.ts";
import { isSameBytes, keepBytes } from "./merge-credential.ts";
import { joinPath, parentPath } from "./path.ts";

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
  /** Where it is brought on purpose. */
  readonly brought?: BroughtState;
}

export interface StateMerged {
  readonly result: "none" | "same" | "taken" | "filled" | "kept";
  /** What held something, or stood in the store, and was no JSON object. */
  readonly damaged: readonly Path[];
}

/**
 * Brings a state file into the store: see `decideState` and `decideBroughtState`. What is replaced and what loses is in the backups
 * before the store's file changes. Where that changes meanwhile it is decided anew.
 */
export function mergeState(merge: StateMerge): StateMerged {
  for (;;) {
    const done = tryMerge(merge);
    if (done !== null) return done;
  }
}

function tryMerge(merge: StateMerge): StateMerged | null {
  const { fs, incoming, live } = merge;
  const incomingBytes = incoming === null ? null : readStateBytes(fs, incoming);
  const liveBytes = readStateBytes(fs, live);
  if (incomingBytes === null && liveBytes === null) return { result: "none", damaged: [] };
  const store = parseStateBytes(liveBytes);
  if (store.state === "valid" && (incomingBytes === null || liveBytes?.equals(incomingBytes)))
    return { result: "same", damaged: [] };

  const other = parseStateBytes(incomingBytes);
  const isNeeded = store.state === "malformed" || (store.state === "absent" && other.state === "malformed");
  const decision = decide(merge, store, other, isNeeded ? validBackups(merge) : []);
  const damaged = [
    ...(store.state === "malformed" ? [live] : []),
    ...(other.state === "malformed" && incoming !== null && incomingBytes?.length !== 0 ? [incoming] : []),
  ];
  if (decision.backUpStore && liveBytes !== null && liveBytes.length > 0)
    keepBytes(merge, STATE_NAME, liveBytes);
  if (decision.backUpIncoming && incomingBytes !== null && incomingBytes.length > 0)
    keepBytes(merge, STATE_NAME, incomingBytes);
  if (decision.content === "store") return { result: "kept", damaged };

  const taken = decision.content === "incoming" && incomingBytes !== null;
  const bytes = taken ? incomingBytes : Buffer.from(`${JSON.stringify(decision.content, null, 2)}\n`);
  const directory = parentPath(live);
  const isWritten = writeDurably(fs, {
    path: live,
    bytes,
    mode: 0o600,
    owner: merge.owner,
    temporary: merge.temporary,
    directory,
    isStillSo: () => isSameBytes(readStateBytes(fs, live), liveBytes),
  });
  return isWritten ? { result: taken ? "taken" : "filled", damaged } : null;
}

function decide(
  { brought }: StateMerge,
  store: StateFile,
  incoming: StateFile,
  backups: readonly Readonly<Record<string, unknown>>[],
): StateDecision {
  return brought === undefined
    ? decideState(store, incoming, backups)
    : decideBroughtState(store, incoming, backups, brought);
}

/** True where nothing of the incoming state file would be lost by its going. */
export function isStateHeld(merge: StateMerge & { readonly incoming: Path }): boolean {
  const bytes = readStateBytes(merge.fs, merge.incoming);
  return (
    bytes === null ||
    bytes.length === 0 ||
    isSameBytes(bytes, readStateBytes(merge.fs, merge.live)) ||
    backupsHold(merge.fs, merge.backups, STATE_NAME, bytes)
  );
}

/**
 * Valid state files among our backups and the client's (`backups/.claude.json.backup.<epoch ms>` in its
 * configuration directory, observed with 2.1.330), the newest first. A nearly empty one, as a fresh start
 * writes it, is no login's and is passed over.
 */
function validBackups(merge: StateMerge): Readonly<Record<string, unknown>>[] {
  const { fs } = merge;
  const ours = listBackups(fs, merge.backups).map((name) => ({
    path: joinPath(joinPath(merge.backups, name), STATE_NAME),
    madeNs: null,
  }));
  const theirs =
    fs.lstat(merge.clientBackups)?.type === "directory"
      ? fs
          .list(merge.clientBackups)
          .filter((name) => /^\.claude\.json\.backup\.\d+$/.test(name.toString()))
          .map((name) => ({
            path: joinPath(merge.clientBackups, name),
            madeNs: BigInt(name.toString().replace(/^.*\./, "")) * 1_000_000n,
          }))
      : [];
  return [...ours, ...theirs]
    .flatMap(({ path, madeNs }) => {
      const stat = fs.lstat(path);
      return stat?.type === "file" ? [{ path, madeNs: madeNs ?? stat.modifiedNs }] : [];
    })
    .sort((a, b) => (a.madeNs === b.madeNs ? 0 : a.madeNs > b.madeNs ? -1 : 1))
    .flatMap(({ path }) => {
      const state = parseStateBytes(readStateBytes(fs, path));
      return state.state === "valid" && saysSomething(state.document) ? [state.document] : [];
    });
}

function saysSomething(document: Readonly<Record<string, unknown>>): boolean {
  return ["hasCompletedOnboarding", "oauthAccount", "mcpServers", "projects"].some((name) => {
    const value = document[name];
    return isObject(value) ? Object.keys(value).length > 0 : value === true;
  });
}
