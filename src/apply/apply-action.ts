import { basename, dirname } from "node:path";
import { askGitIgnored } from "../inspect/git.ts";
import { findRepository } from "../inspect/repository.ts";
import { findProgram, runProgram } from "../inspect/programs.ts";
import { directoryIdentity, readFormatFile, renderFormatFile } from "../inspect/format-file.ts";
import { FORMAT } from "../layout.ts";
import type { Action, MergePlaces } from "../plan/action.ts";
import { pickLoginFacts, accountOf, parseStateFile } from "../plan/decide-state.ts";
import { pruneBackups } from "./backups.ts";
import { writeDurably } from "./durable-write.ts";
import type { FileSystem, Path } from "./file-system.ts";
import { mergeCredential } from "./merge-credential.ts";
import { describeTally, type MergeRequest } from "./merge-request.ts";
import { mergeState } from "./merge-state.ts";
import { mergeTree } from "./merge-tree.ts";
import type { Result } from "./outcome.ts";
import { joinPath, parentPath } from "./path.ts";
import { removeTree } from "./remove-tree.ts";
import { moveAside, placeLink, replaceDirectory } from "./replace-directory.ts";
import { settleTree } from "./settle-tree.ts";
import { isSame } from "./stage-tree.ts";
import { readSmallFile } from "./transfer.ts";

/** What one action did. */
export interface Done {
  readonly result: Result;
  readonly reason?: string;
  /** Entries that could not be kept in the store, and where they lie now. */
  readonly left?: readonly string[];
  readonly leftAt?: string;
  /** State files that were no JSON object, and the backups they are kept in. */
  readonly damaged?: readonly string[];
  readonly keptIn?: string;
}

const UNCHANGED: Done = { result: "unchanged" };
const CREATED: Done = { result: "created" };
const UPDATED: Done = { result: "updated" };

const STATE_WORDS = {
  taken: "moved into the store",
  filled: "login facts filled in",
  kept: "kept in the backups, the store's stays",
} as const;

/** Does one action, step by step. Throws the `ErrnoException` of the call that failed. */
export function* applyAction(action: Action, fs: FileSystem): Generator<void, Done> {
  switch (action.kind) {
    case "keep":
      return UNCHANGED;
    case "make-directory":
      return makeDirectory(action, fs);
    case "set-mode":
      fs.chmod(action.path, action.mode);
      return UPDATED;
    case "write-file": {
      const existed = fs.lstat(action.path) !== null;
      const bytes = Buffer.from(action.content, action.encoding);
      writeDurably(fs, { ...action, bytes, directory: parentPath(action.path) });
      return existed ? UPDATED : CREATED;
    }
    case "write-format":
      return writeFormat(action, fs);
    case "merge": {
      const tally = yield* mergeTree(mergeRequest(action, fs));
      const changed =
        tally.added + tally.backedUp > 0 ||
        ["taken", "kept"].includes(tally.credential) ||
        ["taken", "filled", "kept"].includes(tally.state);
      const left = tally.skipped.map((path) => path.toString());
      const done: Done = {
        result: changed ? "updated" : "unchanged",
        reason: describeTally(tally),
        ...damageOf(tally.damaged, action.places),
      };
      return action.sourceGoes || left.length === 0 ? done : { ...done, left };
    }
    case "merge-state": {
      const merged = mergeState({
        ...request(action.places, fs),
        incoming: action.incoming,
        live: action.live,
        clientBackups: action.clientBackups,
      });
      return merged.result === "none" || merged.result === "same"
        ? UNCHANGED
        : {
            result: "updated",
            reason: STATE_WORDS[merged.result],
            ...damageOf(merged.damaged, action.places),
          };
    }
    case "merge-credential": {
      const merged = mergeCredential({
        ...request(action.places, fs),
        incoming: action.path,
        losers: "drop",
      });
      return merged === "taken" ? UPDATED : UNCHANGED;
    }
    case "replace-directory":
      replaceDirectory({ fs, ...action, linkTarget: action.target });
      return CREATED;
    case "link":
      makeParents(fs, parentPath(action.path).toString(), action);
      placeLink(fs, action);
      return action.replaces ? UPDATED : CREATED;
    case "settle":
      return yield* settle(action, fs);
    case "move-aside":
      moveAside(fs, action.path, freeName(fs, action.to));
      fs.syncDirectory(parentPath(action.path));
      return UPDATED;
    case "discard":
      removeTree(fs, action.path);
      return UPDATED;
    case "make-nested-git":
      return makeNestedGit(action, fs);
    case "share-login-facts":
      return shareLoginFacts(action, fs);
    case "prune-backups":
      return pruneBackups(fs, action.path).length > 0 ? UPDATED : UNCHANGED;
  }
}

type Of<K extends Action["kind"]> = Extract<Action, { kind: K }>;

function makeDirectory(action: Of<"make-directory">, fs: FileSystem): Done {
  const { path, mode, owner, making, user } = action;
  if (making === "mkdir") {
    if (fs.lstat(path)?.type === "directory") return UNCHANGED;
    makeParents(fs, parentPath(path).toString(), action);
    fs.mkdir(path, mode);
    fs.chmod(path, mode);
    if (owner !== null) fs.lchown(path, owner);
    fs.syncDirectory(parentPath(path));
    return CREATED;
  }
  const sudo = findProgram("sudo") ?? "/usr/bin/sudo";
  if (making === "sudo-mkdir")
    checked(runProgram(sudo, ["-n", "mkdir", "-m", "0700", "--", path]).status, "mkdir", path);
  checked(
    runProgram(sudo, ["-n", "chown", "-h", `${user.uid.toString()}:${user.gid.toString()}`, "--", path])
      .status,
    "chown",
    path,
  );
  return making === "sudo-mkdir" ? CREATED : UPDATED;
}

/** Missing parents, as in a home that has no `.local` yet: with the mode that others expect of such directories. */
function makeParents(fs: FileSystem, path: string, action: Of<"make-directory" | "link">): void {
  if (fs.lstat(path) !== null) return;
  makeParents(fs, parentPath(path).toString(), action);
  fs.mkdir(path, 0o755);
  if (action.owner !== null) fs.lchown(path, action.owner);
}

function checked(status: number | null, call: string, path: string): void {
  if (status === 0) return;
  throw Object.assign(new Error(`EPERM: sudo -n ${call} ${path} failed`), { code: "EPERM", path });
}

function damageOf(paths: readonly Path[], { backups }: MergePlaces): Pick<Done, "damaged" | "keptIn"> {
  return paths.length === 0 ? {} : { damaged: paths.map((path) => path.toString()), keptIn: backups };
}

function request(places: MergePlaces, fs: FileSystem) {
  return { fs, ...places, temporary: `${places.staging}-file` };
}

function mergeRequest(action: Of<"merge">, fs: FileSystem): MergeRequest {
  const { places, path: source, sourceGoes, losers, except, leave } = action;
  const isSameThere = except === null ? () => false : sameIn(fs, source, except);
  return {
    fs,
    ...places,
    source,
    sourceGoes,
    losers,
    leaveOut: (relative) => leave.includes(relative) || isSameThere(relative),
  };
}

/** Entries that are the very same in another directory: that one's merge takes care of them. */
function sameIn(fs: FileSystem, source: string, other: string): (relative: string) => boolean {
  return (relative) => {
    const name = Buffer.from(relative, "latin1");
    const [here, there] = [joinPath(source, name), joinPath(other, name)];
    const stat = fs.lstat(here);
    if (stat === null || stat.type === "directory" || fs.lstat(there)?.type !== stat.type) return false;
    return (stat.type === "file" || stat.type === "symlink") && isSame({ fs }, here, there, stat);
  };
}

function writeFormat(action: Of<"write-format">, fs: FileSystem): Done {
  const identity = directoryIdentity(fs, action.root) ?? "";
  const existing = readFormatFile(fs, action.path);
  const bytes = Buffer.from(renderFormatFile({ version: FORMAT, identity, merged: action.merged }));
  writeDurably(fs, {
    path: action.path,
    bytes,
    mode: 0o600,
    owner: action.owner,
    temporary: action.temporary,
    directory: action.root,
  });
  return existing === null ? CREATED : UPDATED;
}

/**
 * Empties a directory that was merged. What appeared in it since (a client that still wrote to it) is merged
 * once more; what can never be in the store ends beside the configuration directory, under a name that says so.
 */
function* settle(action: Of<"settle">, fs: FileSystem): Generator<void, Done> {
  const { path: source, places, keepDirectory, alsoHeldIn, leave } = action;
  if (fs.lstat(source) === null) return UNCHANGED;
  const empty = {
    fs,
    source,
    target: places.target,
    backups: places.backups,
    keepDirectory,
    alsoHeldIn,
    leave,
  };
  const isHeldThere = alsoHeldIn === null ? () => false : sameIn(fs, source, alsoHeldIn);
  let left = yield* settleTree(empty);
  if (left.length > 0) {
    const again = { ...places, staging: `${places.staging}-again`, backupName: `${places.backupName}-again` };
    yield* mergeTree({
      fs,
      ...again,
      source,
      sourceGoes: true,
      losers: "keep",
      leaveOut: (relative) => leave.includes(relative) || isHeldThere(relative),
    });
    left = yield* settleTree(empty);
  }
  if (left.length === 0) return UPDATED;
  const leftAt = moveRest(action, fs);
  return { result: "updated", left: left.map((path) => path.toString()), leftAt };
}

/** `name`, or it with a number behind that nothing has. */
function freeName(fs: FileSystem, name: string): string {
  let free = name;
  for (let copy = 2; fs.lstat(free) !== null; copy += 1) free = `${name}-${copy.toString()}`;
  return free;
}

function moveRest(action: Of<"settle">, fs: FileSystem): string {
  const to = freeName(fs, action.aside);
  if (!action.keepDirectory) {
    moveAside(fs, action.path, to);
    return to;
  }
  fs.mkdir(to, 0o700);
  for (const name of fs.list(action.path).filter((entry) => !action.leave.includes(entry.toString())))
    moveAside(fs, joinPath(action.path, name), joinPath(to, name));
  return to;
}

/** The least that git takes for a repository: it then leaves the folder alone (facts C19). `HEAD` last. */
function makeNestedGit(action: Of<"make-nested-git">, fs: FileSystem): Done {
  const { path, owner } = action;
  const folder = dirname(path);
  // Where a .gitignore brings the folder back, a repository in it would break `git add -A`; its own .gitignore does.
  const workspace = dirname(folder);
  const repository = findRepository(fs, workspace);
  if (repository !== null && askGitIgnored(workspace, repository.top, basename(folder)) === false)
    return { result: "skipped", reason: "a .gitignore of the repository brings the folder back" };
  const made = [path, `${path}/objects`, `${path}/refs`];
  for (const directory of made) {
    if (fs.lstat(directory)?.type === "directory") continue;
    fs.mkdir(directory, 0o700);
    if (owner !== null) fs.lchown(directory, owner);
  }
  writeDurably(fs, {
    path: `${path}/HEAD`,
    bytes: Buffer.from("ref: refs/heads/main\n"),
    mode: 0o600,
    owner,
    temporary: action.temporary,
    directory: path,
  });
  return CREATED;
}

function shareLoginFacts(action: Of<"share-login-facts">, fs: FileSystem): Done {
  const own = readSmallFile(fs, action.from, 256 * 1024 * 1024);
  const state = parseStateFile(own === null ? null : own.toString("utf8"));
  if (state.state !== "valid" || accountOf(state.document) === null) return UNCHANGED;
  const bytes = Buffer.from(`${JSON.stringify(pickLoginFacts(state.document), null, 2)}\n`);
  if (readSmallFile(fs, action.path, 256 * 1024 * 1024)?.equals(bytes)) return UNCHANGED;
  writeDurably(fs, {
    path: action.path,
    bytes,
    mode: 0o600,
    owner: action.owner,
    temporary: action.temporary,
    directory: parentPath(action.path),
  });
  return UPDATED;
}
