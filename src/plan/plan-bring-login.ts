import type { Owner } from "../apply/file-system.ts";
import type { Credential } from "../inspect/credential.ts";
import type { LoginTarget } from "../inspect/login-target.ts";
import type { Action, MergePlaces } from "./action.ts";
import { decideBrought, type BringRule } from "./decide-brought.ts";
import { isOtherAccount } from "./decide-brought-state.ts";
import type { StateFile } from "./decide-state.ts";
import { credentialLocks } from "./lock-names.ts";
import { compactTime } from "./plan.ts";
import { INCOMING_PREFIX, STATE_NAME } from "./plan-merge.ts";

/** A login that is brought: a private directory that holds any part of a configuration directory. */
export interface LoginSource {
  readonly directory: string;
  readonly credential: Credential;
  readonly stateFile: StateFile | { readonly state: "unreadable" };
}

export interface BringTerms {
  readonly kind: BringRule["kind"];
  /** Ends the name of the backups: what brought it. */
  readonly why: string;
  /** Owner of what is made, where it is to be another than the target's. */
  readonly owner: Owner | null;
  readonly user: Owner;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Unique, and begins with the run's tag. */
  readonly nonce: string;
}

/** What brings a login to its place: its state file first, the credential last, both while Claude Code's locks are ours. */
export function planBringLogin(source: LoginSource, target: LoginTarget, terms: BringTerms): Action[] {
  const { directory, exists, state } = target;
  const { why, user, now, nonce } = terms;
  const owner = terms.owner ?? target.owner;
  const reason = "a login is brought";
  const places = (backups: string, staging: string, what: string): MergePlaces => ({
    ...{ target: directory, backups, owner, into: directory },
    backupName: `${compactTime(now)}-${why}`,
    staging: `${staging}/${INCOMING_PREFIX}${nonce}-${what}`,
  });
  const isOther =
    source.stateFile.state === "valid" &&
    state.file.state === "valid" &&
    isOtherAccount(state.file.document, source.stateFile.document);
  const rule: BringRule = { kind: terms.kind, isOtherAccount: isOther, now };
  const takesAccount =
    source.credential.state === "valid" &&
    decideBrought(target.credential, source.credential, rule).winner === "incoming";
  const mergeState: Action = {
    ...{ part: "state", kind: "merge-state", path: state.path, reason },
    incoming: `${source.directory}/${STATE_NAME}`,
    live: state.path,
    clientBackups: `${directory}/backups`,
    places: places(state.backups, state.staging, "state"),
    brought: { takesAccount },
  };
  const merge: Action = {
    ...{ part: "config", kind: "merge", path: source.directory, reason },
    places: places(target.backups, target.staging, "config"),
    ...{ sourceGoes: false, losers: "keep", prefer: "store", except: null, leave: [STATE_NAME], rule },
  };
  const make: Action = {
    ...{ part: "store", kind: "make-directory", path: directory, mode: 0o700, making: "mkdir" },
    ...{ owner, user, reason: "the login is to lie there" },
  };
  return [
    ...target.leftovers.map((path): Action => ({
      part: "extras",
      kind: "discard",
      path,
      reason: "an interrupted run left it",
    })),
    ...(exists ? [] : [make]),
    {
      ...{ part: "config", kind: "under-locks", path: directory, reason },
      locks: [state.lock, ...credentialLocks(directory, directory)],
      actions: source.stateFile.state === "valid" && !state.isMount ? [mergeState, merge] : [merge],
    },
  ];
}
