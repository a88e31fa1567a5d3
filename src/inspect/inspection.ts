import type { Owner } from "../apply/file-system.ts";
import type { HomeLayout } from "../layout.ts";
import type { Finding } from "../report/finding.ts";
import type { HomeEntry } from "./entry.ts";
import type { EnvMode } from "./env-mode.ts";
import type { LastKnownGood } from "./last-known-good.ts";
import type { StoreCandidate } from "./store-candidate.ts";

/** One read-only look at home, stores, repository and clock: all that a plan is made from. */
export interface Inspection {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Ends the names of this run's temporary files: who made them, and what no name of ours has had before. */
  readonly nonce: string;
  readonly user: Owner;
  readonly homeLayout: HomeLayout;
  readonly config: HomeEntry;
  /** Names in it at or below which something is mounted, where it is a directory. */
  readonly configMounts: readonly string[];
  /** Null with `CLAUDE_CONFIG_DIR`. */
  readonly state: HomeEntry | null;
  /** The build-time directory's real path, or null where it is not there. */
  readonly buildConfig: string | null;
  /** Whether anything lies in it. */
  readonly buildHolds: boolean;
  /** Names of what is mounted in it: such an entry is left alone. */
  readonly buildMounts: readonly string[];
  /** Names beside the configuration directory that an interrupted run left. */
  readonly homeLeftovers: readonly Leftover[];
  /** The workspace folder that was named, where it is no directory; else null. */
  readonly missingWorkspace: string | null;
  /** The folders that this run's stores in a workspace belong to: the workspace folder, the repository's top. */
  readonly tops: readonly string[];
  /** What the option `store` says; "" leaves the choice to us. */
  readonly wantedStore: string;
  /** The explicit store first, or all places in the order of preference. */
  readonly candidates: readonly RankedCandidate[];
  /** The credential-free copy of what the image had, and its digest. */
  readonly imageHome: { readonly path: string; readonly digest: string } | null;
  /** The older tool's copy of a credential, in a `.devcontainer.secrets` that is safe. */
  readonly olderCopy: { readonly path: string; readonly digest: string } | null;
  /** Locks that seem to have nobody behind them. */
  readonly abandonedLocks: readonly string[];
  /** Names in the stores that an interrupted run left. */
  readonly storeLeftovers: readonly string[];
  readonly ignoreFiles: IgnoreFiles | null;
  /** The copy of the chosen store's last valid login; null where there is no place for one. */
  readonly lastKnownGood: LastKnownGood | null;
  readonly env: EnvMode;
}

export interface Leftover {
  readonly path: string;
  readonly type: "directory" | "symlink" | "file";
}

export interface RankedCandidate {
  readonly candidate: StoreCandidate;
  /** Why this place comes here in the order. */
  readonly reason: string;
  /** False for a place that may only hold an earlier login: something else was asked for. */
  readonly eligible: boolean;
}

/** The files that keep a `.devcontainer.secrets` out of git's hands. */
export interface IgnoreFiles {
  /** The folder's own `.gitignore`, with the text it must have or null where it is right. */
  readonly own: string;
  readonly ownContent: string | null;
  /** The repository's `info/exclude` with the text it must have, or null where it cannot be written or is right. */
  readonly exclude: {
    readonly path: string;
    readonly content: string;
    readonly directoryMissing: boolean;
  } | null;
  /** The minimal nested repository, where it is missing and the exclude line is or will be there. */
  readonly nestedGit: string | null;
  /** The minimal nested repository, where git does not ignore the folder after all: `git add -A` would fail on it. */
  readonly strayGit: string | null;
  /** What interrupted runs left beside the exclude file. */
  readonly leftovers: readonly string[];
  /** What somebody put in the place of the exclude file, and what to do. */
  readonly trouble: Finding | null;
}
