import type { Owner } from "../apply/file-system.ts";
import type { Making } from "../inspect/store-candidate.ts";
import type { StoreKind } from "../inspect/store-candidate.ts";
import type { LastKnownGoodLayout, StoreLayout } from "../layout.ts";
import type { BringRule } from "./decide-brought.ts";
import type { BroughtState } from "./decide-brought-state.ts";

/** What belongs together: where an action of one part fails, the rest of that part is skipped; where `store` fails, all is. */
export type Part = "store" | "config" | "state" | "extras" | "env";

/** Where the losers and the temporary files of a merge go. */
export interface MergePlaces {
  /** The store's configuration directory. */
  readonly target: string;
  readonly backups: string;
  readonly backupName: string;
  readonly staging: string;
  readonly owner: Owner | null;
  /** What the target is called; the store, where not given. */
  readonly into?: string;
}

/** How one state file is merged into another. */
export interface StateMerging {
  /** Null looks after the store's own alone. */
  readonly incoming: string | null;
  readonly live: string;
  readonly clientBackups: string;
  readonly places: MergePlaces;
  /** Where it is brought on purpose. */
  readonly brought?: BroughtState;
}

/** The copy of a store's last valid login, and the store. */
export interface CopyOfLogin {
  readonly copy: LastKnownGoodLayout;
  readonly store: StoreLayout;
  readonly storeKind: StoreKind;
  readonly owner: Owner | null;
}

/** See `answerOnboarding`. */
export interface OnboardingAnswers {
  readonly isOnboarded: boolean;
  readonly approve: string | null;
  readonly overrule: boolean;
  readonly forget: readonly string[];
}

/** One change, decided. `path` is what it is about, `reason` why it is done. */
export type Action = { readonly part: Part; readonly path: string; readonly reason: string } & (
  | {
      readonly kind: "make-directory";
      readonly mode: number;
      readonly owner: Owner | null;
      readonly making: Exclude<Making, "none">;
      readonly user: Owner;
    }
  | { readonly kind: "set-mode"; readonly mode: number }
  /** The store's `format` file, for the directory as it is by then. */
  | {
      readonly kind: "write-format";
      readonly root: string;
      readonly merged: readonly string[];
      /** How far git's log was looked at; null leaves what the file says of that. */
      readonly lookedAt: string | null;
      readonly owner: Owner | null;
      readonly temporary: string;
    }
  | {
      readonly kind: "write-file";
      readonly content: string;
      readonly encoding: "utf8" | "latin1";
      /** What it must still hold at the swap, null for nothing being there; not given where that does not matter. */
      readonly was?: string | null;
      readonly mode: number;
      readonly owner: Owner | null;
      readonly temporary: string;
    }
  /** Merges `path` into the store; what only it has is added, the better credential lives on, losers go to the backups. */
  | {
      readonly kind: "merge";
      readonly places: MergePlaces;
      readonly sourceGoes: boolean;
      readonly losers: "keep" | "drop";
      /** Which of two files that differ lives on in the store: its own, or the one that was written last. */
      readonly prefer: "store" | "newer";
      /** How the credentials meet where one is brought on purpose. */
      readonly rule?: BringRule;
      /** Entries that are the same in this directory are left out. */
      readonly except: string | null;
      /** Names of entries that are mounts: left alone. */
      readonly leave: readonly string[];
    }
  /** Merges a `.claude.json` into the store's. */
  | ({ readonly kind: "merge-state" } & StateMerging)
  | { readonly kind: "merge-credential"; readonly places: MergePlaces }
  /**
   * The directory at `path` gives its name to a symlink and lies at `aside` afterwards; what a client makes anew in that
   * instant lies at `aside-2` and so on.
   */
  | {
      readonly kind: "replace-directory";
      readonly target: string;
      readonly temporary: string;
      readonly aside: string;
      readonly owner: Owner | null;
    }
  /** A symlink at `path`, made or replaced by one rename. */
  | {
      readonly kind: "link";
      readonly target: string;
      readonly temporary: string;
      readonly owner: Owner | null;
      readonly replaces: boolean;
      /** How a state file that lies at `path` was merged: done again where it says something else by then. */
      readonly merged: StateMerging | null;
    }
  /** Empties a merged directory; what the store does not hold is merged once more, what cannot be held ends at `aside`. */
  | {
      readonly kind: "settle";
      /** Whether what a client made in its place meanwhile may lie beside it (`replace-directory`). */
      readonly newcomers: boolean;
      readonly places: MergePlaces;
      readonly keepDirectory: boolean;
      readonly alsoHeldIn: string | null;
      readonly leave: readonly string[];
      readonly aside: string;
      /** The locks of the store's credential, for the second merge. */
      readonly locks: readonly string[];
    }
  | { readonly kind: "move-aside"; readonly to: string }
  /** Removes a staging directory or a temporary file of an interrupted run: its sources are all still there. */
  | { readonly kind: "discard" }
  | { readonly kind: "make-nested-git"; readonly owner: Owner | null; readonly temporary: string }
  /** The login facts of a container's own state file, for the containers to come. */
  | {
      readonly kind: "share-login-facts";
      readonly from: string;
      readonly temporary: string;
      readonly owner: Owner | null;
    }
  | { readonly kind: "prune-backups" }
  /** Removes a file or a symlink that has had its time. */
  | { readonly kind: "remove-file" }
  /** Says in a state file what Claude Code asks a person at its first start in the API mode. */
  | ({
      readonly kind: "answer-onboarding";
      readonly temporary: string;
      readonly owner: Owner | null;
    } & OnboardingAnswers)
  /** Takes an abandoned lock over and gives it back; one that proves to be held after all stays. */
  | { readonly kind: "clear-lock" }
  /** Copies the store's login to where git does not reach it. */
  | ({ readonly kind: "keep-last-known-good"; readonly temporary: string } & CopyOfLogin)
  /** Makes that copy the store's login again. */
  | ({ readonly kind: "restore-credential"; readonly places: MergePlaces } & CopyOfLogin)
  | ({ readonly kind: "forget-last-known-good" } & CopyOfLogin)
  /**
   * Done while these locks of Claude Code's are ours, all of them and for 20 s at most; what a merge among them can
   * stage is staged before. Where they are not to be had nothing is done.
   */
  | { readonly kind: "under-locks"; readonly locks: readonly string[]; readonly actions: readonly Action[] }
  /** The whole directory at `from` takes the name `path`, in place of a symlink or of nothing. */
  | {
      readonly kind: "return-directory";
      readonly from: string;
      /** The symlink's text, null where nothing is to be at `path`. */
      readonly replaces: string | null;
      readonly temporary: string;
    }
  /** A copy of the file at `from` takes the name `path`, in place of a symlink or of nothing. Without that file the symlink goes. */
  | {
      readonly kind: "return-file";
      readonly from: string;
      readonly replaces: string | null;
      readonly temporary: string;
    }
  /** Keeps the file at `path` in the backups, once for one content, unless `sameAs` is the very same. */
  | {
      readonly kind: "keep-file";
      readonly sameAs: string | null;
      readonly backups: string;
      readonly backupName: string;
      readonly temporary: string;
    }
  /** Removes a directory, if it is empty but for a last file of ours; one that must be so by then is a failure otherwise. */
  | {
      readonly kind: "remove-directory";
      readonly mustBeEmpty: boolean;
      readonly lastFile: string | null;
    }
  /** Nothing to do; here so that the report can say so. */
  | { readonly kind: "keep" }
);

/** The actions one by one, those under locks in the order in which they are done. */
export function eachAction(actions: readonly Action[]): Action[] {
  return actions.flatMap((action) => (action.kind === "under-locks" ? action.actions : [action]));
}

export type ActionKind = Action["kind"];

const MAKING_WORDS: Readonly<Record<Exclude<Making, "none">, string>> = {
  mkdir: "make the directory",
  "sudo-mkdir": "make the directory with sudo",
  "sudo-chown": "take the directory over with sudo",
  "sudo-chown-tree": "take all of it over with sudo",
};

/** The action in words, for the report and for `--dry-run`. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case "make-directory":
      return MAKING_WORDS[action.making];
    case "set-mode":
      return `set the mode to 0${action.mode.toString(8)}`;
    case "write-format":
      return "write down the store's format";
    case "write-file":
      return "write the file";
    case "merge":
      return `merge into ${action.places.into ?? "the store"}`;
    case "merge-state":
      return action.incoming === null
        ? "mend the state file"
        : `merge into ${action.places.into ?? "the store"}'s state file`;
    case "merge-credential":
      return `merge the credential into ${action.places.into ?? "the store"}`;
    case "replace-directory":
    case "link":
      return `link to ${action.target}`;
    case "settle":
      return `remove what ${action.places.into ?? "the store"} holds now`;
    case "move-aside":
      return `rename to ${action.to}`;
    case "discard":
      return "remove a leftover of an interrupted run";
    case "make-nested-git":
      return "make the minimal nested repository";
    case "share-login-facts":
      return "keep the login facts for other containers";
    case "under-locks":
      return "take Claude Code's locks";
    case "clear-lock":
      return "remove an abandoned lock";
    case "remove-file":
      return "remove it";
    case "answer-onboarding":
      return "answer Claude Code's first questions in its state file";
    case "prune-backups":
      return "remove backups beyond the last ten";
    case "keep-last-known-good":
      return "keep a copy of the login";
    case "restore-credential":
      return "put the last known good login back";
    case "forget-last-known-good":
      return "remove the copy of the login";
    case "return-directory":
      return "put a real directory in its place";
    case "return-file":
      return "put a real file in its place";
    case "keep-file":
      return `keep it in ${action.backups}`;
    case "remove-directory":
      return "remove the empty directory";
    case "keep":
      return "leave as it is";
  }
}
