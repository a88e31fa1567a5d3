import type { FileSystem, Owner, Path } from "./file-system.ts";
import type { BringRule } from "../plan/decide-brought.ts";
import type { Progress } from "./progress.ts";

/** One directory to be merged into the store's configuration directory. */
export interface MergeRequest {
  readonly fs: FileSystem;
  /** The directory that is merged; nothing in it changes. */
  readonly source: Path;
  /** The store's configuration directory; it exists. */
  readonly target: Path;
  /** A directory that does not exist yet, on the target's file system, for what is copied before anything shows. */
  readonly staging: Path;
  /** The store's `backups` directory. */
  readonly backups: Path;
  /** Name of a new directory below `backups` for what loses. */
  readonly backupName: string;
  /** Whether the source goes away afterwards: then one inode may serve both for the moment and nothing is copied. */
  readonly sourceGoes: boolean;
  /** `keep`: what loses goes to the backups; `drop`: it is known to exist elsewhere. */
  readonly losers: "keep" | "drop";
  /**
   * Which of two unequal files (or symlinks) stays where both sides have one. `newer`: the one that was changed later,
   * for what a client wrote to a directory after it was merged. The store's, if not given.
   */
  readonly prefer?: "store" | "newer";
  /** How the credentials meet where one is brought on purpose. */
  readonly rule?: BringRule | undefined;
  /** Owner of what is written, or null for the caller's own. */
  readonly owner: Owner | null;
  /** Entries (path relative to the source, latin1) that are left out. */
  readonly leaveOut: (relative: string) => boolean;
  /** What the target is called; the store, if not given. */
  readonly into?: string;
  /** Told of each entry, where somebody wants to know. */
  readonly progress?: Progress;
}

/** What a merge did. */
export interface MergeTally {
  added: number;
  same: number;
  backedUp: number;
  /** What could not be kept (FIFOs, sockets, devices), relative to the source. */
  readonly skipped: Buffer[];
  credential: "none" | "same" | "taken" | "kept";
  state: "none" | "same" | "taken" | "filled" | "kept";
  /** State files that were no JSON object. */
  damaged: readonly Path[];
}

export function emptyTally(): MergeTally {
  return { added: 0, same: 0, backedUp: 0, skipped: [], credential: "none", state: "none", damaged: [] };
}

/** What a merge did, in words. @param into what the target is called */
export function describeTally(tally: MergeTally, into = "the store"): string {
  const parts = [
    tally.added > 0 ? `${count(tally.added, "file")} added` : "",
    tally.credential === "taken" ? "the login taken over" : "",
    tally.credential === "kept" ? `${into}'s login is the better one` : "",
    tally.backedUp > 0 ? `${count(tally.backedUp, "file")} kept in the backups` : "",
  ].filter((part) => part !== "");
  return parts.length > 0 ? parts.join(", ") : `nothing that ${into} does not have`;
}

function count(number: number, noun: string): string {
  return `${number.toString()} ${noun}${number === 1 ? "" : "s"}`;
}
