import type { AnchoredFileSystem } from "../apply/anchored-file-system.ts";
import type { FileSystem, Owner } from "../apply/file-system.ts";
import { errnoCode, isErrno } from "../errors.ts";
import { storeLayout, type StoreLayout } from "../layout.ts";
import type { StateFile } from "../plan/decide-state.ts";
import { finding, type Finding } from "../report/finding.ts";
import { quote } from "../report/quote.ts";
import type { Credential } from "./credential.ts";
import type { Deliveries } from "./deliveries.ts";
import { directoryIdentity, readFormatFile, type FormatFile } from "./format-file.ts";
import type { OwnIgnore } from "./ignore-files.ts";
import { judge, ofAnotherUser } from "./judge-store.ts";
import { ownDirectories } from "./own-entries.ts";
import { isPersistent, type Mount } from "./mounts.ts";
import { probeManners } from "./probe.ts";
import { readCredential } from "./read-credential.ts";
import { readStateFile } from "./state-file.ts";
import { digestOf } from "./tree-digest.ts";
import { wrongModes } from "./wrong-modes.ts";

export type StoreKind = "mount" | "path" | "git" | "workspace";

/**
 * How a usable store comes into being: it is there; by `mkdir`; with `sudo -n`, a directory made or given to the user,
 * or all of a volume that an earlier user id left.
 */
export type Making = "none" | "mkdir" | "sudo-mkdir" | "sudo-chown" | "sudo-chown-tree";

/** One place that may be the store, as it was found. */
export interface StoreCandidate {
  readonly kind: StoreKind;
  readonly layout: StoreLayout;
  /** Whether its root is there, and whether a configuration directory is in it. */
  readonly exists: boolean;
  readonly holdsConfig: boolean;
  /** The configuration directory with every symlink resolved; null where it is not there. */
  readonly realConfig: string | null;
  readonly state: StateFile["state"] | "unreadable";
  /**
   * Tells one login in this store from the next, without a token; null where there is none. Made where it is asked for:
   * a start that has no earlier store to judge is spared the loading of `node:crypto`.
   */
  readonly loginDigest: (() => string) | null;
  readonly persistent: boolean;
  readonly verdict: Verdict;
  readonly credential: Credential;
  readonly format: FormatFile | null;
  /** Inode and birth time of the root as it is now; null where it is not there. */
  readonly identity: string | null;
  /** Our entries whose permission bits are not what they must be. */
  readonly wrongModes: readonly { readonly path: string; readonly mode: number }[];
  /** What git brought into it, where it lies in a work tree under our name and git was asked. */
  readonly deliveries: Deliveries | null;
  /** Its own `.gitignore`, where it lies in a work tree at a path of the user's choice. */
  readonly ownIgnore: OwnIgnore | null;
}

export type Verdict =
  | {
      readonly usable: true;
      readonly making: Making;
      readonly owner: Owner | null;
      readonly keepsModes: boolean;
    }
  | { readonly usable: false; readonly finding: Finding };

/** What is known before a candidate is looked at. */
export interface CandidateQuestion {
  readonly kind: StoreKind;
  readonly root: string;
  /** From here down every component must be a real directory; null judges the root alone. */
  readonly base: string | null;
  readonly user: Owner;
  /** The workspace folder's owner: as good as the user where the user is root. */
  readonly workspaceOwner: Owner | null;
  readonly devcontainerId: string | null;
  /** Whether other containers may use a volume. */
  readonly isShared: boolean;
  readonly mounts: readonly Mount[];
  readonly inContainer: boolean;
  /** False where nothing may be written, a probe file neither: the mount is then taken to keep owners and modes. */
  readonly mayProbe: boolean;
  /** Says whether `sudo -n` works; asked only where it would help. */
  readonly canSudo: () => boolean;
  /** Says whether a login is anywhere below the root, as `sudo -n` sees it; asked only where that works. */
  readonly holdsLogin: () => boolean;
  /** Says why a store that looks safe is none (what git tracks); asked last. */
  readonly objection: (format: FormatFile | null, identity: string | null) => Finding | null;
}

export function inspectStoreCandidate(fs: AnchoredFileSystem, question: CandidateQuestion): StoreCandidate {
  const layout = storeLayout(question.root, question.devcontainerId);
  const facts = {
    kind: question.kind,
    layout,
    persistent: isPersistent(question.mounts, question.root, question.inContainer),
    deliveries: null,
    ownIgnore: null,
  };
  try {
    // What is judged here is what is written to later: each directory of ours, as it is or as it is going to be.
    fs.hold(layout.root);
    const exists = fs.lstat(layout.root)?.type === "directory";
    const reachable = exists && isReachable(fs, layout.root);
    if (reachable || !exists) for (const path of ownDirectories(layout)) fs.hold(path);
    const holdsConfig = reachable && fs.lstat(layout.config)?.type === "directory";
    const format = reachable ? readFormat(fs, layout.format) : null;
    const identity = exists ? directoryIdentity(fs, layout.root) : null;
    const verdict =
      exists && !reachable
        ? ofAnotherUser(fs, question, layout.root, fs.lstat(layout.root))
        : judge(fs, question, layout, format, identity);
    // What is to be taken over first says nothing yet.
    const usable = verdict.usable && (reachable || !exists);
    const credential: Credential = usable ? readCredential(fs, layout.credential) : { state: "absent" };
    return {
      ...facts,
      exists,
      holdsConfig,
      realConfig: holdsConfig ? fs.realpath(layout.config) : null,
      verdict,
      state: usable ? readStateFile(fs, layout.state).state : "absent",
      loginDigest:
        credential.state === "valid"
          ? () => digestOf(Buffer.from(JSON.stringify([layout.root, identity, credential])))
          : null,
      credential,
      format,
      identity,
      wrongModes: usable && verdict.keepsModes ? wrongModes(fs, layout, question.kind) : [],
    };
  } catch (error) {
    // Only a refusal says something of the place. After an input/output error another place would be a guess.
    const code = errnoCode(error);
    if (code === undefined || !["EACCES", "EPERM", "ELOOP"].includes(code)) throw error;
    const trouble = finding(
      "STORE_NOT_WRITABLE",
      `${layout.root} cannot be looked at (${code})`,
      `look at it with: ls -ld ${quote(layout.root)}`,
      layout.root,
    );
    return {
      ...facts,
      exists: false,
      holdsConfig: false,
      realConfig: null,
      state: "absent",
      loginDigest: null,
      verdict: { usable: false, finding: trouble },
      credential: { state: "absent" },
      format: null,
      identity: null,
      wrongModes: [],
    };
  }
}

/** The candidate with its wrong modes judged by a probe: where the mount does not keep them there is nothing to mend. */
export function withModesProbed(fs: FileSystem, candidate: StoreCandidate): StoreCandidate {
  const { verdict, wrongModes, layout } = candidate;
  if (!verdict.usable || wrongModes.length === 0 || !fs.canWrite(layout.root)) return candidate;
  if (probeManners(fs, layout.root).keepsModes) return candidate;
  return { ...candidate, verdict: { ...verdict, keepsModes: false }, wrongModes: [] };
}

function isReachable(fs: FileSystem, root: string): boolean {
  try {
    fs.lstat(`${root}/format`);
    return true;
  } catch (error) {
    if (isErrno(error, "EACCES")) return false;
    throw error;
  }
}

/** One that may not be read is somebody else's, and one of this size nobody's: both are said when the entries are judged. */
function readFormat(fs: FileSystem, path: string): FormatFile | null {
  try {
    return readFormatFile(fs, path);
  } catch (error) {
    if (isErrno(error, "EACCES", "EFBIG")) return null;
    throw error;
  }
}
