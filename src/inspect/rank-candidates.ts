import { dirname } from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { isErrno } from "../errors.ts";
import {
  CONFIG_NAME,
  deliveredList,
  GIT_STORE_NAME,
  homeLayout,
  MOUNT_ROOT,
  SECRETS_NAME,
  workspaceOfLink,
  type StoreLayout,
} from "../layout.ts";
import type { StartOptions } from "../options.ts";
import { inspectDeliveries, type Deliveries } from "./deliveries.ts";
import { askGitTracked } from "./git.ts";
import { inspectOwnIgnore } from "./ignore-files.ts";
import type { AnchoredMachine } from "./inspect.ts";
import type { RankedCandidate } from "./inspection.ts";
import { isMountPoint, type Mount } from "./mounts.ts";
import { deliveryObjection, trackedObjection } from "./objection.ts";
import { probeManners } from "./probe.ts";
import type { Repository } from "./repository.ts";
import { readStamp } from "./stamp.ts";
import {
  inspectStoreCandidate,
  type CandidateQuestion,
  type StoreCandidate,
  type StoreKind,
} from "./store-candidate.ts";
import { workTreeAround } from "./work-tree.ts";

export interface Question {
  readonly machine: AnchoredMachine;
  readonly options: StartOptions;
  readonly mounts: readonly Mount[];
  readonly inContainer: boolean;
  /** Real path. */
  readonly workspace: string | null;
  readonly repository: Repository | null;
}

/** All places for a store in the order that the design gives them; an explicit one has no next. */
export function rankCandidates(question: Question): RankedCandidate[] {
  const { machine, mounts, workspace, repository } = question;
  const { fs } = machine;
  const wanted = wantedPlace(question);
  const look = candidateInspector(question);
  const gitDirectory = usableGitDirectory(question, repository);
  const mounted = isMountPoint(mounts, MOUNT_ROOT) ? look("mount", MOUNT_ROOT, null) : null;
  const inGit =
    gitDirectory === null ? null : look("git", `${gitDirectory}/${GIT_STORE_NAME}`, dirname(gitDirectory));
  const secretsThere = workspace !== null && isThere(fs, `${workspace}/${SECRETS_NAME}`);
  // A folder that is not there, where there is a better place, is not asked about: that would start the git program.
  const isAsked = secretsThere || wanted === "workspace" || inGit?.verdict.usable !== true;
  const beside = inGit?.verdict.usable === true ? inGit.layout : null;
  const inWorkspace =
    workspace === null || !isAsked
      ? null
      : besideGit(look("workspace", `${workspace}/${SECRETS_NAME}`, workspace, beside), beside);
  const all = [mounted, inGit, inWorkspace];

  if (wanted !== "") {
    const named = { git: inGit, workspace: inWorkspace }[wanted] ?? null;
    const chosen = named ?? (wanted.startsWith("/") ? look("path", wanted, baseOf(wanted, workspace)) : null);
    const others = [...all, lastStore(question, [...all, chosen], look)].filter(
      (candidate) => candidate !== chosen && candidate?.layout.root !== chosen?.layout.root,
    );
    return [
      ...rank(chosen, "the option 'store' says so"),
      ...others.flatMap((candidate) => rank(candidate, "another place", false)),
    ];
  }
  const gitFirst = inGit?.holdsConfig === true;
  return [
    ...rank(mounted, "a volume is mounted there"),
    ...(gitFirst ? rank(inGit, "the login is kept there already") : []),
    ...(secretsThere ? rank(inWorkspace, "the folder is there already") : []),
    ...(gitFirst ? [] : rank(inGit, "nothing that git does reaches it")),
    ...(secretsThere ? [] : rank(inWorkspace, "there is no git directory to use")),
    ...rank(lastStore(question, all, look), "another place", false),
  ];
}

/** The option `store`, a path that is one of the workspace's own places being called by its name. */
function wantedPlace({ options, workspace, repository }: Question): string {
  const folders = [workspace, options.workspace].filter((folder) => folder !== null);
  if (folders.some((folder) => options.store === `${folder}/${SECRETS_NAME}`)) return "workspace";
  const gitDirectory = repository?.gitDirectory ?? null;
  return gitDirectory !== null && options.store === `${gitDirectory}/${GIT_STORE_NAME}`
    ? "git"
    : options.store;
}

/** The store of the last `start`, where that was none of these: a path that the option `store` named then. */
function lastStore(
  { machine, options, workspace }: Question,
  known: readonly (StoreCandidate | null)[],
  look: Look,
): StoreCandidate | null {
  const layout = homeLayout(options.home, options.configDirectory);
  const root = readStamp(machine.fs, layout.stamp)?.storeRoot ?? "";
  // Another workspace's store goes on being that one's.
  const isOthers = workspaceOfLink(`${root}/${CONFIG_NAME}`) !== null;
  const isKnown =
    isOthers || root === layout.buildRoot || known.some((candidate) => candidate?.layout.root === root);
  return isKnown || !root.startsWith("/") ? null : look("path", root, baseOf(root, workspace));
}

/** False too where the folder above may not be entered: it is asked about as one that is yet to be made. */
function isThere(fs: FileSystem, path: string): boolean {
  try {
    return fs.lstat(path) !== null;
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM")) return false;
    throw error;
  }
}

function rank(candidate: StoreCandidate | null, reason: string, eligible = true): RankedCandidate[] {
  return candidate === null ? [] : [{ candidate, reason, eligible }];
}

/** The repository's git directory where it is the remote user's own, or shown as somebody else's by a mount that fakes owners. */
function usableGitDirectory(
  { machine, options, workspace }: Question,
  repository: Repository | null,
): string | null {
  const { fs, user } = machine;
  const path = repository?.gitDirectory ?? null;
  const stat = path === null ? null : fs.lstat(path);
  if (path === null || stat === null || workspace === null) return null;
  if (stat.uid === user.uid) return path;
  if (user.uid === 0) return stat.uid === fs.lstat(workspace)?.uid ? path : null;
  if (options.dryRun) return null;
  return fs.canWrite(path) && probeManners(fs, path).shownOwner.uid === stat.uid ? path : null;
}

/** What need not lie in the work tree lies in the git directory, where nothing that git does reaches it. */
function besideGit(candidate: StoreCandidate, beside: StoreLayout | null): StoreCandidate {
  if (beside === null) return candidate;
  return { ...candidate, layout: { ...candidate.layout, backups: beside.backups } };
}

function baseOf(root: string, workspace: string | null): string | null {
  return workspace !== null && root.startsWith(`${workspace}/`) ? workspace : null;
}

/** @param beside our folder in the git directory, where it may be used */
type Look = (
  kind: StoreKind,
  root: string,
  base: string | null,
  beside?: StoreLayout | null,
) => StoreCandidate;

function candidateInspector({
  machine,
  options,
  mounts,
  inContainer,
  workspace,
  repository,
}: Question): Look {
  const { fs, user } = machine;
  const workspaceStat = workspace === null ? null : fs.lstat(workspace);
  const workspaceOwner = workspaceStat === null ? null : { uid: workspaceStat.uid, gid: workspaceStat.gid };
  let sudo: boolean | undefined;
  const canSudo = (): boolean => (sudo ??= user.uid !== 0 && machine.sudoWorks());
  return (kind, root, base, beside = null) => {
    let deliveries: Deliveries | null = null;
    const around = kind === "path" ? workTreeAround(fs, root) : null;
    const question: CandidateQuestion = {
      kind,
      root,
      base,
      user,
      workspaceOwner,
      devcontainerId: options.perContainer ? options.devcontainerId : null,
      isShared: options.isShared,
      mounts,
      inContainer,
      mayProbe: !options.dryRun,
      canSudo,
      holdsLogin: () => machine.sudoFindsLogin(root),
      objection: (format, identity) => {
        // What is not there yet came with no repository.
        const knowsItself = identity === null || format?.identity === identity;
        const trust = { knowsItself, isAdopted: options.adopt };
        if (around !== null)
          return trackedObjection(root, askGitTracked(around.folder, around.top, around.name), trust);
        if (kind !== "workspace" || repository === null) return null;
        const list = beside === null ? null : deliveredList(beside.root);
        deliveries = inspectDeliveries(fs, { repository, root, list, format, identity });
        return deliveryObjection(root, deliveries, trust);
      },
    };
    const candidate = inspectStoreCandidate(fs, question);
    return { ...candidate, deliveries, ownIgnore: around === null ? null : inspectOwnIgnore(fs, root) };
  };
}
