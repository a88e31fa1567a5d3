import type { FileSystem, Owner, Stat } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { errnoCode, isErrno } from "../errors.ts";
import { FORMAT, storeLayout, type StoreLayout } from "../layout.ts";
import { parseStateFile, type StateFile } from "../plan/decide-state.ts";
import { finding, type Finding } from "../report/finding.ts";
import { quote } from "../report/quote.ts";
import { parseCredential, type Credential } from "./credential.ts";
import { directoryIdentity, readFormatFile, type FormatFile } from "./format-file.ts";
import { isPersistent, mountOf, type Mount } from "./mounts.ts";
import { probeManners } from "./probe.ts";
import { digestOf } from "./tree-digest.ts";

export type StoreKind = "mount" | "path" | "git" | "workspace";

/** How a usable store comes into being: it is there; by `mkdir`; with `sudo -n`, a directory made or given to the user. */
export type Making = "none" | "mkdir" | "sudo-mkdir" | "sudo-chown";

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
  /** Tells one login in this store from the next, without a token; null where there is none. */
  readonly loginDigest: string | null;
  readonly persistent: boolean;
  readonly verdict: Verdict;
  readonly credential: Credential;
  readonly format: FormatFile | null;
  /** Inode and birth time of the root as it is now; null where it is not there. */
  readonly identity: string | null;
  /** Our entries whose permission bits are not what they must be. */
  readonly wrongModes: readonly { readonly path: string; readonly mode: number }[];
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
  readonly mounts: readonly Mount[];
  readonly inContainer: boolean;
  /** False where nothing may be written, a probe file neither: the mount is then taken to keep owners and modes. */
  readonly mayProbe: boolean;
  /** Says whether `sudo -n` works; asked only where it would help. */
  readonly canSudo: () => boolean;
  /** Says why a store that looks safe is none (what git tracks); asked last. */
  readonly objection: (format: FormatFile | null, identity: string | null) => Finding | null;
}

const LIMIT = 1024 * 1024;
const STATE_LIMIT = 256 * 1024 * 1024;

export function inspectStoreCandidate(fs: FileSystem, question: CandidateQuestion): StoreCandidate {
  const layout = storeLayout(question.root, question.devcontainerId);
  const facts = {
    kind: question.kind,
    layout,
    persistent: isPersistent(question.mounts, question.root, question.inContainer),
  };
  try {
    const exists = fs.lstat(layout.root)?.type === "directory";
    const reachable = exists && isReachable(fs, layout.root);
    const holdsConfig = reachable && fs.lstat(layout.config)?.type === "directory";
    const format = reachable ? readFormat(fs, layout.format) : null;
    const identity = exists ? directoryIdentity(fs, layout.root) : null;
    const verdict =
      exists && !reachable
        ? refuse(wrongOwner(question, layout.root, fs.lstat(layout.root)))
        : judge(fs, question, layout, format, identity);
    const usable = verdict.usable;
    const credential: Credential = usable ? readCredential(fs, layout.credential) : { state: "absent" };
    return {
      ...facts,
      exists,
      holdsConfig,
      realConfig: holdsConfig ? fs.realpath(layout.config) : null,
      verdict,
      state: usable ? readState(fs, layout.state) : "absent",
      loginDigest:
        credential.state === "valid"
          ? digestOf(Buffer.from(JSON.stringify([layout.root, identity, credential])))
          : null,
      credential,
      format,
      identity,
      wrongModes: usable && verdict.keepsModes ? wrongModes(fs, layout, question) : [],
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

/** One that may not be read is somebody else's, which is said when owners are judged. */
function readFormat(fs: FileSystem, path: string): FormatFile | null {
  try {
    return readFormatFile(fs, path);
  } catch (error) {
    if (isErrno(error, "EACCES")) return null;
    throw error;
  }
}

/** The credential's state by content. */
export function readCredential(fs: FileSystem, path: string): Credential {
  try {
    const bytes = readSmallFile(fs, path, LIMIT);
    return parseCredential(bytes === null ? null : bytes.toString("utf8"));
  } catch (error) {
    const code = errnoCode(error);
    if (code === undefined) throw error;
    return code === "EFBIG" ? { state: "malformed" } : { state: "unreadable", errnoCode: code };
  }
}

/** Whether the state file is one the client can use. */
function readState(fs: FileSystem, path: string): StoreCandidate["state"] {
  try {
    const bytes = readSmallFile(fs, path, STATE_LIMIT);
    return parseStateFile(bytes === null ? null : bytes.toString("utf8")).state;
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return "unreadable";
  }
}

function judge(
  fs: FileSystem,
  question: CandidateQuestion,
  layout: StoreLayout,
  format: FormatFile | null,
  identity: string | null,
): Verdict {
  const { kind, root } = question;
  for (const path of components(question, layout)) {
    const stat = fs.lstat(path);
    if (stat === null) break;
    if (stat.type !== "directory") {
      const what = stat.type === "symlink" ? "a symlink" : `a ${stat.type}`;
      return refuse(
        finding(
          "STORE_UNSAFE",
          `${path} is ${what}, where the store needs a real directory`,
          `look at it (ls -l ${quote(path)}), then move it away`,
          path,
        ),
      );
    }
  }
  if (format?.version !== undefined && format.version !== null && format.version > FORMAT) {
    return refuse(
      finding(
        "STORE_NEWER",
        `${root} was written by a newer claude-credentials (format ${format.version.toString()})`,
        "update the Feature in devcontainer.json and rebuild",
        root,
      ),
    );
  }

  let keepsModes = true;
  for (const path of ownEntries(layout, kind)) {
    const stat = fs.lstat(path);
    if (stat === null || isOurs(question, stat)) continue;
    const manners =
      question.mayProbe && fs.canWrite(path) && stat.type === "directory" ? probeManners(fs, path) : null;
    if (manners !== null && manners.shownOwner.uid === stat.uid) {
      keepsModes = false;
      continue;
    }
    if (
      path === root &&
      !fs.list(root).some((name) => name.toString() === ".claude-credentials") &&
      question.canSudo()
    ) {
      return { usable: true, making: "sudo-chown", owner: null, keepsModes };
    }
    return refuse(wrongOwner(question, path, stat));
  }

  const making = howToMake(fs, question, layout);
  if (typeof making !== "string") return refuse(making);
  const objection = question.objection(format, identity);
  if (objection !== null) return refuse(objection);
  return { usable: true, making, owner: ownerOfNew(fs, question, root), keepsModes };
}

function refuse(trouble: Finding): Verdict {
  return { usable: false, finding: trouble };
}

/** Every directory from the base down to the configuration directory. */
function components(question: CandidateQuestion, layout: StoreLayout): string[] {
  const { base, root } = question;
  const below = base === null ? [] : root.slice(base.length + 1).split("/");
  const above =
    base === null ? [root] : below.map((_, index) => `${base}/${below.slice(0, index + 1).join("/")}`);
  return [...above, layout.config];
}

/** In the older tool's folder only the entries that are ours are ours to judge. */
function ownEntries(layout: StoreLayout, kind: StoreKind): string[] {
  const entries = [
    layout.config,
    layout.credential,
    layout.envVars,
    layout.backups,
    layout.containers,
    layout.format,
  ];
  return kind === "workspace" ? entries : [layout.root, ...entries];
}

function isOurs(question: CandidateQuestion, stat: Stat): boolean {
  const { user, workspaceOwner, kind } = question;
  if (stat.uid === user.uid) return true;
  // Root uses what it finds on a volume, and what belongs to the workspace's owner below a workspace.
  return user.uid === 0 && (kind === "mount" || kind === "path" || stat.uid === workspaceOwner?.uid);
}

function wrongOwner(question: CandidateQuestion, path: string, stat: Stat | null): Finding {
  const { uid, gid } = question.user;
  const owner = `${uid.toString()}:${gid.toString()}`;
  return finding(
    "STORE_WRONG_OWNER",
    `${path} belongs to uid ${stat?.uid.toString() ?? "?"}, and you are uid ${uid.toString()}`,
    `sudo chown -hR ${owner} ${quote(question.root)}   then: ${startAgain(question)}`,
    path,
  );
}

/** What it takes until the store's root can be written to, or the finding that it cannot be. */
function howToMake(fs: FileSystem, question: CandidateQuestion, layout: StoreLayout): Making | Finding {
  const { root, user } = question;
  let path = fs.lstat(layout.config) === null ? root : layout.config;
  while (fs.lstat(path) === null) path = path.slice(0, path.lastIndexOf("/")) || "/";
  const rootExists = fs.lstat(root) !== null;
  if (fs.canWrite(path) && (!rootExists || fs.canWrite(root))) return rootExists ? "none" : "mkdir";
  const readOnly = mountOf(question.mounts, path)?.readOnly === true;
  if (!rootExists && !readOnly && question.canSudo()) return "sudo-mkdir";
  const owner = `${user.uid.toString()}:${user.gid.toString()}`;
  if (readOnly) {
    return finding(
      "STORE_NOT_WRITABLE",
      `${path} is on a read-only mount, so the login cannot be kept there`,
      "mount it writable, or choose another place with the Feature's option 'store'",
      path,
    );
  }
  const command = rootExists
    ? `sudo chown -h ${owner} ${quote(path)}`
    : `sudo mkdir -m 700 ${quote(root)} && sudo chown ${owner} ${quote(root)}`;
  return finding(
    "STORE_NOT_WRITABLE",
    `you may not write to ${path}, so the login cannot be kept there`,
    `${command}   then: ${startAgain(question)}`,
    path,
  );
}

/** What root makes belongs to whose folder it is in; anybody else's is their own. */
function ownerOfNew(fs: FileSystem, question: CandidateQuestion, root: string): Owner | null {
  if (question.user.uid !== 0) return null;
  if (question.base !== null) return question.workspaceOwner;
  const stat = fs.lstat(root);
  return stat === null ? null : { uid: stat.uid, gid: stat.gid };
}

function wrongModes(
  fs: FileSystem,
  layout: StoreLayout,
  question: CandidateQuestion,
): { path: string; mode: number }[] {
  const wanted: [string, number][] = [
    ...(question.kind === "workspace" ? [] : ([[layout.root, 0o700]] satisfies [string, number][])),
    [layout.config, 0o700],
    [layout.credential, 0o600],
    [layout.state, 0o600],
    [layout.envVars, 0o700],
    [layout.envFile, 0o600],
    [layout.containers, 0o700],
    [layout.backups, 0o700],
  ];
  return wanted.flatMap(([path, mode]) => {
    const stat = fs.lstat(path);
    const kind =
      path === layout.credential || path === layout.state || path === layout.envFile ? "file" : "directory";
    return stat?.type === kind && stat.mode !== mode ? [{ path, mode }] : [];
  });
}

/** Where the last start came to nothing, no stamp and no link names the workspace folder: the command does. */
function startAgain({ base }: CandidateQuestion): string {
  return `claude-credentials start${base === null ? "" : ` --workspace ${quote(base)}`}`;
}
