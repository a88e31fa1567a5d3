import { basename, dirname, resolve } from "node:path";
import type { AnchoredFileSystem } from "../apply/anchored-file-system.ts";
import type { FileSystem, Owner } from "../apply/file-system.ts";
import { CONFIG_NAME, homeLayout, ownStoreLayout, storeLayout } from "../layout.ts";
import type { LoginPointer } from "../login-pointer.ts";
import type { StateFile } from "../plan/decide-state.ts";
import { stateLock } from "../plan/lock-names.ts";
import { STATE_NAME } from "../plan/plan-merge.ts";
import type { Credential } from "./credential.ts";
import { readFormatFile } from "./format-file.ts";
import type { AnchoredMachine } from "./inspect.ts";
import { findLogin } from "./login-directory.ts";
import { LoginPlaceRefusals } from "./login-place-refusals.ts";
import { inspectLoginSource } from "./login-source.ts";
import { isMountPoint, mountOf } from "./mounts.ts";
import { deadLeftovers, runTag } from "./run-tag.ts";
import { readStateFile } from "./state-file.ts";
import { readMounts } from "./surroundings.ts";

/** Where a login is to be brought to. */
export interface LoginPlace extends Pick<LoginPointer, "home" | "configDirectory" | "credentialDirectory"> {
  /** A new or empty directory, a captured login or a store, absolute; null for the login that the home leads to. */
  readonly to: string | null;
}

/** A place for a login, as it is. */
export interface LoginTarget {
  /** The directory that holds the credential, or is to be made for it; symlinks resolved. */
  readonly directory: string;
  readonly exists: boolean;
  /** The root of the store that it lies in, where one is there; else null. */
  readonly root: string | null;
  readonly backups: string;
  /** The directory that what is there for the moment goes to, on the same file system; and what killed runs left in it. */
  readonly staging: string;
  readonly leftovers: readonly string[];
  readonly state: StatePlace;
  /** Whose all this is, where that is not the caller. */
  readonly owner: Owner | null;
  readonly credential: Credential;
}

/** Where the state file of a login is. */
export interface StatePlace {
  /** Symlinks resolved. */
  readonly path: string;
  /** Where it is a mount no rename can replace it. */
  readonly isMount: boolean;
  /** Claude Code's, beside the name that it uses. */
  readonly lock: string;
  readonly backups: string;
  readonly staging: string;
  readonly file: StateFile | { readonly state: "unreadable" };
}

/**
 * Looks at a place for a login, and stays with it.
 * @param command for the messages
 * @throws UserError where no login can be kept there
 */
export function inspectLoginTarget(
  machine: AnchoredMachine,
  place: LoginPlace,
  command: string,
): LoginTarget {
  const { fs, user, pid } = machine;
  const { home, configDirectory } = place;
  const refusals = new LoginPlaceRefusals(fs, command);
  const to = leadsHome(fs, place) ? null : place.to;
  const login = findLogin(machine, { ...place, auth: to });
  const isNewInStore = to !== null && readFormatFile(fs, `${to}/format`) !== null;
  const way = resolveWay(fs, isNewInStore ? `${to}/${CONFIG_NAME}` : login.directory, refusals);
  const { directory, exists, base } = way;
  const above = basename(directory) === CONFIG_NAME ? dirname(directory) : null;
  const root = above === null ? null : fs.holdReal(above);
  if (root !== null) refusals.checkFormat(root);
  if (to !== null) refusals.checkGit(directory);
  if (to !== null && root === null && exists) refusals.checkContent(directory);
  const { credential, obstacle } = inspectLoginSource(fs, user, directory, login.isOwn);
  if (exists) refusals.checkObstacle(obstacle, user.uid === 0, directory);
  for (const path of new Set([base, root ?? base]))
    if (!fs.canWrite(path)) refusals.checkObstacle({ kind: "not-writable" }, false, path);

  const layout = homeLayout(home, configDirectory);
  const mounts = readMounts(fs);
  const ofHome = storeLayout(layout.buildRoot).backups;
  const isBesideHome = to === null && root === null && mountOf(mounts, directory) === mountOf(mounts, home);
  const { backups } = root === null ? ownStoreLayout(directory) : storeLayout(root);
  const staging = root ?? directory;
  const name = to === null ? login.state : `${directory}/${STATE_NAME}`;
  const path = landing(fs, name);
  const isInside = path.startsWith(`${staging}/`);
  const owner = user.uid === 0 ? (fs.stat(base) ?? user) : user;
  return {
    ...{ directory, exists, root, credential, staging },
    backups: isBesideHome ? ofHome : backups,
    // Those of a store are the next start's.
    leftovers:
      root === null ? deadLeftovers(fs, staging, runTag(fs, pid)).map((left) => `${staging}/${left}`) : [],
    state: {
      ...{ path, isMount: isMountPoint(mounts, path), lock: stateLock(name) },
      ...{
        backups: isInside && !isBesideHome ? backups : ofHome,
        staging: isInside ? staging : dirname(path),
      },
      file: readStateFile(fs, path),
    },
    owner: owner.uid === user.uid ? null : { uid: owner.uid, gid: owner.gid },
  };
}

/** Whether the place that is named is the one that the home leads to: its state file may lie elsewhere. */
function leadsHome(fs: FileSystem, { to, home, configDirectory }: LoginPlace): boolean {
  if (to === null) return false;
  const own = fs.realpath(homeLayout(home, configDirectory).config);
  return own !== null && [to, `${to}/${CONFIG_NAME}`].some((path) => fs.realpath(path) === own);
}

interface Way {
  readonly directory: string;
  readonly exists: boolean;
  /** What is there of it. */
  readonly base: string;
}

/** A directory, held, or the place where one will be made. */
function resolveWay(fs: AnchoredFileSystem, path: string, refusals: LoginPlaceRefusals): Way {
  refusals.checkWay(path);
  const real = fs.holdReal(path);
  if (real !== null) return { directory: real, exists: true, base: real };
  let above = path;
  while (fs.lstat(above) === null) above = dirname(above);
  refusals.checkWay(above);
  const base = fs.realpath(above) ?? above;
  return { directory: resolve(base, path.slice(above.length + 1)), exists: false, base };
}

/** Where a file of this name comes to lie: Claude Code follows a symlink (facts C3). */
function landing(fs: FileSystem, path: string): string {
  const real = fs.realpath(path);
  if (real !== null) return real;
  const named =
    fs.lstat(path)?.type === "symlink" ? resolve(dirname(path), fs.readlink(path).toString()) : path;
  const directory = fs.realpath(dirname(named));
  return directory === null ? named : `${directory}/${basename(named)}`;
}
