import { dirname } from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { deliveredList, FORMAT, type StoreLayout } from "../layout.ts";
import { credentialLocks, START_LOCK_NAME } from "../plan/lock-names.ts";
import { NOTE_NAME } from "../plan/plan-extras.ts";
import { INCOMING_PREFIX } from "../plan/plan-merge.ts";
import { ROOT_OWNED_PATHS } from "../plan/root-owned.ts";
import type { UninstallOptions } from "../uninstall-options.ts";
import type { Credential } from "./credential.ts";
import { inspectGitMarks, type GitMarks } from "./git-marks.ts";
import { inspect, type AnchoredMachine } from "./inspect.ts";
import type { Inspection } from "./inspection.ts";
import { lookFiles } from "./look-record.ts";
import { isPersistent } from "./mounts.ts";
import { readCredential } from "./read-credential.ts";
import { findRepository, holdRepository } from "./repository.ts";
import { deadLeftovers, runTag } from "./run-tag.ts";
import type { StoreCandidate } from "./store-candidate.ts";
import { readSurroundings } from "./surroundings.ts";

/** A store of ours: its `format` says so. */
export interface OwnStore {
  readonly candidate: StoreCandidate;
  /** Paths of ours in it and beside it that are there, besides its configuration directory. */
  readonly present: ReadonlySet<string>;
  /** Names in its root, and in its folder of variables, that are not ours. */
  readonly others: readonly string[];
  /** Names of the containers that have a state file of their own in it. */
  readonly containers: readonly string[];
  readonly marks: GitMarks;
}

/** All that is looked at before anything of ours is undone. */
export interface UninstallInspection {
  readonly inspection: Inspection;
  readonly stores: readonly OwnStore[];
  /** What is in `~/.claude` where that is a real directory. */
  readonly homeCredential: Credential;
  /** Whether the home outlives the container. */
  readonly homePersists: boolean;
  /** What interrupted runs left in a real `~/.claude`, beside what is kept in the home, and beside git's exclude file. */
  readonly configLeftovers: readonly string[];
  /** Further paths of ours in the home that are there. */
  readonly inHome: ReadonlySet<string>;
  readonly rootOwned: readonly string[];
}

/** Looks as `start` does, and at what is ours besides. */
export function inspectUninstall(machine: AnchoredMachine, options: UninstallOptions): UninstallInspection {
  const { fs } = machine;
  const inspection = inspect(machine, options);
  const { homeLayout: layout, config, candidates } = inspection;
  const workspace = options.workspace === null ? null : fs.holdReal(options.workspace);
  const repository = workspace === null ? null : holdRepository(fs, findRepository(fs, workspace));
  const real = config.kind === "directory" ? config.realPath : null;
  const { mounts, inContainer } = readSurroundings(fs);
  const tag = runTag(fs, machine.pid);
  const above = dirname(layout.config);
  const { buildRoot, stamp, notice } = layout;
  const build = `${buildRoot}/.claude-credentials`;
  const ours = [buildRoot, build, `${buildRoot}/format`, `${buildRoot}/backups`, stamp, dirname(stamp)];
  const noticed = [notice, ...lookFiles(notice)];
  const info = repository?.gitDirectory == null ? null : `${repository.gitDirectory}/info`;
  if (info !== null) fs.hold(info);
  const places = [real, buildRoot, `${buildRoot}/backups`, info].filter((place) => place !== null);
  const own = candidates.filter(
    ({ candidate: { verdict, exists, format } }) =>
      verdict.usable && verdict.making === "none" && exists && format?.version === FORMAT,
  );
  return {
    inspection,
    stores: own.map(({ candidate }) => {
      const isInWorkspace = candidate.kind === "workspace";
      const { root } = candidate.layout;
      const marks = inspectGitMarks(fs, root, isInWorkspace ? workspace : null, repository);
      return look(fs, inspection, candidate, marks);
    }),
    homeCredential: real === null ? { state: "absent" } : readCredential(fs, `${real}/.credentials.json`),
    homePersists: isPersistent(mounts, fs.realpath(above) ?? above, inContainer),
    configLeftovers: places.flatMap((directory) =>
      deadLeftovers(fs, directory, tag).map((name) => `${directory}/${name}`),
    ),
    inHome: new Set([...ours, ...noticed].filter((path) => fs.lstat(path) !== null)),
    rootOwned: ROOT_OWNED_PATHS.filter((path) => fs.lstat(path) !== null),
  };
}

function look(
  fs: FileSystem,
  { lastKnownGood, candidates }: Inspection,
  candidate: StoreCandidate,
  marks: GitMarks,
): OwnStore {
  const { layout, kind } = candidate;
  const { root, backups, containers, envVars, envFile, format, signIn, config } = layout;
  const copy = lastKnownGood?.layout ?? null;
  // The copy lies in the git directory's store, and so does the list of what git brought.
  const git = candidates.find((ranked) => ranked.candidate.kind === "git")?.candidate.layout ?? null;
  const isAtTop = git !== null && copy !== null && dirname(copy.directory) === git.root;
  const beside =
    copy === null || (kind !== "git" && kind !== "workspace")
      ? []
      : [copy.credential, copy.state, copy.directory, ...(isAtTop ? [] : [dirname(copy.directory)])];
  const lists = git !== null && isAtTop ? [deliveredList(git.root)] : [];
  const files = [envFile, format, signIn, `${root}/${NOTE_NAME}`];
  const paths = [backups, containers, envVars, ...files, ...beside, ...lists];
  const gitRoot = kind === "workspace" && git !== null ? [git.root] : [];
  return {
    candidate,
    present: new Set([root, ...paths, ...gitRoot].filter((path) => fs.lstat(path) !== null)),
    others: [
      ...namesIn(fs, root).filter((name) => !isOurs(`${root}/${name}`, layout, [...paths, config], marks)),
      ...namesIn(fs, envVars)
        .filter((name) => `${envVars}/${name}` !== envFile)
        .map((name) => `env-vars/${name}`),
    ],
    containers: namesIn(fs, containers),
    marks,
  };
}

function isOurs(
  path: string,
  { root, config }: StoreLayout,
  paths: readonly string[],
  marks: GitMarks,
): boolean {
  const locks = [`${root}/${START_LOCK_NAME}`, ...credentialLocks(config, config)];
  return (
    path === marks.ignore ||
    path === marks.nested ||
    paths.some((own) => own === path || own.startsWith(`${path}/`)) ||
    locks.some((lock) => path === lock || path.startsWith(`${lock}.`)) ||
    path.startsWith(`${root}/${INCOMING_PREFIX}`)
  );
}

function namesIn(fs: FileSystem, directory: string): string[] {
  return fs.lstat(directory)?.type === "directory" ? fs.list(directory).map((name) => name.toString()) : [];
}
