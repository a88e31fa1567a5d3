import { dirname } from "node:path";
import type { FileSystem, Owner } from "../apply/file-system.ts";
import { errnoCode } from "../errors.ts";
import { lastKnownGoodLayout, type LastKnownGoodLayout, type StoreLayout } from "../layout.ts";
import { lastKnownGoodFacts, type NamesAccount } from "../plan/decide-last-known-good.ts";
import { accountOf } from "../plan/decide-state.ts";
import type { Credential } from "./credential.ts";
import type { RankedCandidate } from "./inspection.ts";
import { readCredential, readCredentialBytes } from "./read-credential.ts";
import { deadLeftovers } from "./run-tag.ts";
import { readStateFile } from "./state-file.ts";
import type { StoreCandidate } from "./store-candidate.ts";

/** The copy of a workspace store's last valid login, beside the store that was chosen. */
export interface LastKnownGood {
  readonly layout: LastKnownGoodLayout;
  /** Owner of what is made there; null leaves it to whoever makes it. */
  readonly owner: Owner | null;
  readonly credential: Credential;
  /** Whether it holds what the store holds. */
  readonly isCurrent: boolean;
  /** Whether the store's state file names an account; `unknown` where it is no valid one. */
  readonly namesAccount: NamesAccount;
  /** What interrupted runs left beside it. */
  readonly leftovers: readonly string[];
}

/**
 * Looks at the copy, which lies in the git directory where that may be used.
 * @param chosen the store: one in the workspace folder, or the one in the git directory that took its place
 * @param workspace real path
 * @param tag this run's
 */
export function inspectLastKnownGood(
  fs: FileSystem,
  candidates: readonly RankedCandidate[],
  chosen: StoreCandidate,
  workspace: string | null,
  tag: string,
): LastKnownGood | null {
  const git = candidates.find(({ candidate }) => candidate.kind === "git")?.candidate;
  if (git?.verdict.usable !== true || workspace === null) return null;
  if (chosen.kind !== "workspace" && chosen.kind !== "git") return null;
  const top = dirname(dirname(git.layout.root));
  const layout = lastKnownGoodLayout(git.layout.root, workspace === top ? "" : workspace.slice(top.length));
  // Another folder's name of ours that leads elsewhere is none.
  if (![undefined, "directory"].includes(fs.lstat(layout.directory)?.type)) return null;
  return {
    layout,
    owner: git.verdict.owner,
    credential: readCredential(fs, layout.credential),
    isCurrent: isSame(fs, layout, chosen.layout),
    namesAccount: readNamesAccount(fs, chosen.layout.state),
    leftovers: deadLeftovers(fs, layout.directory, tag).map((name) => `${layout.directory}/${name}`),
  };
}

/** Whether the state file at `path` names an account. */
export function readNamesAccount(fs: FileSystem, path: string): NamesAccount {
  const state = readStateFile(fs, path);
  if (state.state !== "valid") return state.state === "unreadable" ? "unreadable" : "unknown";
  return accountOf(state.document) === null ? "no" : "yes";
}

function isSame(fs: FileSystem, copy: LastKnownGoodLayout, store: StoreLayout): boolean {
  const [kept, live] = [bytesAt(fs, copy.credential), bytesAt(fs, store.credential)];
  if (kept === null || live === null || !kept.equals(live)) return false;
  const state = readStateFile(fs, store.state);
  const facts = state.state === "valid" ? lastKnownGoodFacts(state.document) : null;
  const known = readStateFile(fs, copy.state);
  return facts === null || (known.state === "valid" && lastKnownGoodFacts(known.document) === facts);
}

/** Null too for what cannot be read: it is not known to be the same. */
function bytesAt(fs: FileSystem, path: string): Buffer | null {
  try {
    return readCredentialBytes(fs, path);
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return null;
  }
}
