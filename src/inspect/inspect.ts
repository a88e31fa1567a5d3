import type { AnchoredFileSystem } from "../apply/anchored-file-system.ts";
import type { FileSystem, Owner } from "../apply/file-system.ts";
import type { Clock } from "../apply/lock/clock.ts";
import { randomDigits } from "../apply/random-digits.ts";
import { CONFIG_NAME, homeLayout, MOUNT_ROOT, type HomeLayout } from "../layout.ts";
import type { StartOptions } from "../options.ts";
import { chooseStore, storeLayoutOf } from "../plan/choose-store.ts";
import { inspectHomeEntry, type HomeEntry } from "./entry.ts";
import { inspectEnvMode } from "./env-mode.ts";
import { findAbandonedLocks } from "./find-abandoned-locks.ts";
import { findLeftovers, findOlderCopy, findStoreLeftovers } from "./find-leftovers.ts";
import { inspectIgnoreFiles } from "./ignore-files.ts";
import type { Inspection, RankedCandidate } from "./inspection.ts";
import { inspectLastKnownGood } from "./last-known-good.ts";
import { isMountPoint, type Mount } from "./mounts.ts";
import { rankCandidates } from "./rank-candidates.ts";
import type { Shell } from "./rc-files.ts";
import { findRepository, holdRepository } from "./repository.ts";
import { runTag } from "./run-tag.ts";
import { withModesProbed, type StoreKind } from "./store-candidate.ts";
import { readSurroundings, type Surroundings } from "./surroundings.ts";
import { treeDigest } from "./tree-digest.ts";

/** The machine as an inspection needs it; the process's own in the program, made up in tests. */
export interface Machine extends Clock {
  readonly fs: FileSystem;
  readonly user: Owner;
  /** This process's id, and its number in the namespace of this machine or container. */
  readonly pid: number;
  /** Whether `sudo` works without a password. */
  readonly sudoWorks: () => boolean;
  /** Whether a login or a token is anywhere below `root`, as `sudo` sees it. True too where that cannot be told. */
  readonly sudoFindsLogin: (root: string) => boolean;
  /** The shells that are on it, sh apart. */
  readonly shells: () => ReadonlySet<Shell>;
}

/** A machine whose stores are held while they are judged and used: what was judged is what is used then. */
export interface AnchoredMachine extends Machine {
  readonly fs: AnchoredFileSystem;
}

/** One read-only look, but for a probe file where owners or modes look wrong; with `--dry-run` without that. */
export function inspect(machine: AnchoredMachine, options: StartOptions): Inspection {
  const tag = runTag(machine.fs, machine.pid);
  const surroundings = readSurroundings(machine.fs);
  const { workspace, ...around } = lookAround(machine, options, tag, surroundings);
  const { choice } = chooseStore(around);
  const chosen = choice.kind === "store" ? choice.candidate : null;
  const lastKnownGood =
    chosen === null ? null : inspectLastKnownGood(machine.fs, around.candidates, chosen, workspace, tag);
  const env = inspectEnvMode(machine.fs, {
    ...{ workspace, surroundings, candidates: around.candidates, config: around.config, state: around.state },
    layout: around.homeLayout,
    store: storeLayoutOf(choice, around.homeLayout),
    chosenRoot: chosen?.layout.root ?? null,
    shellHomes: options.shellHomes,
    shells: machine.shells,
    isClosed: choice.kind === "store" && choice.verdict.making === "sudo-chown-tree",
    tag,
    isStateKept: options.env.kind === "unlink" || (options.perContainer && options.devcontainerId === null),
    isToChange: options.env.kind !== "keep",
  });
  const seen = { ...around, lastKnownGood, env };
  if (options.dryRun) return seen;
  const candidates = seen.candidates.map((ranked) =>
    ranked.candidate === chosen
      ? { ...ranked, candidate: withModesProbed(machine.fs, ranked.candidate) }
      : ranked,
  );
  return { ...seen, candidates };
}

/** What the choice of a store is made from, and the workspace's real path. */
function lookAround(
  machine: AnchoredMachine,
  options: StartOptions,
  tag: string,
  { mounts, inContainer }: Surroundings,
): Omit<Inspection, "lastKnownGood" | "env"> & { readonly workspace: string | null } {
  const { fs, user } = machine;
  const layout = homeLayout(options.home, options.configDirectory);
  const workspace = options.workspace === null ? null : fs.holdReal(options.workspace);
  const repository = workspace === null ? null : holdRepository(fs, findRepository(fs, workspace));
  const candidates = rankCandidates({ machine, options, mounts, inContainer, workspace, repository });
  const config = inspectHomeEntry(fs, layout.config, mounts, inContainer);
  const buildConfig = findBuildConfig(fs, layout, config, mounts);
  const buildMounts = buildConfig === null ? [] : mountedIn(mounts, buildConfig);
  const digest = treeDigest(fs, options.imageHome);
  return {
    workspace,
    now: machine.now(),
    nonce: `${tag}-${randomDigits(8)}`,
    user,
    homeLayout: layout,
    config,
    configMounts: config.kind === "directory" ? mountedIn(mounts, config.realPath) : [],
    state: layout.state === null ? null : inspectHomeEntry(fs, layout.state, mounts, inContainer),
    buildConfig,
    buildHolds: buildConfig !== null && holds(fs, buildConfig, buildMounts),
    buildMounts,
    homeLeftovers: findLeftovers(fs, layout, tag),
    missingWorkspace: workspace === null ? options.workspace : null,
    tops: [workspace, repository?.top].filter((top) => typeof top === "string"),
    wantedStore: options.store,
    candidates,
    imageHome: digest === null ? null : { path: options.imageHome, digest },
    olderCopy: findOlderCopy(fs, workspace, candidates),
    abandonedLocks: findAbandonedLocks(
      fs,
      layout,
      buildConfig,
      candidates.map(({ candidate }) => candidate),
      machine.now(),
    ),
    storeLeftovers: candidates.flatMap(({ candidate }) => findStoreLeftovers(fs, candidate, user, tag)),
    ignoreFiles:
      workspace === null || !isUsable(candidates, "workspace")
        ? null
        : inspectIgnoreFiles(fs, workspace, repository, tag),
  };
}

/** The image's own directory: in the home, or where a volume should be, and is not, if the link leads there. */
function findBuildConfig(
  fs: FileSystem,
  { buildRoot }: HomeLayout,
  config: HomeEntry,
  mounts: readonly Mount[],
): string | null {
  const isWithoutVolume =
    config.kind === "symlink" &&
    config.realPath?.startsWith(`${MOUNT_ROOT}/`) === true &&
    !isMountPoint(mounts, MOUNT_ROOT);
  return fs.realpath(`${isWithoutVolume ? MOUNT_ROOT : buildRoot}/${CONFIG_NAME}`);
}

function isUsable(candidates: readonly RankedCandidate[], kind: StoreKind): boolean {
  return candidates.some(({ candidate }) => candidate.kind === kind && candidate.verdict.usable);
}

/** The names in a directory at or below which something is mounted. */
function mountedIn(mounts: readonly Mount[], directory: string): string[] {
  const below = mounts.filter(({ mountPoint }) => mountPoint.startsWith(`${directory}/`));
  const names = below.map(({ mountPoint }) => mountPoint.slice(directory.length + 1).split("/")[0] ?? "");
  return [...new Set(names)];
}

function holds(fs: FileSystem, directory: string, but: readonly string[]): boolean {
  return (
    fs.lstat(directory)?.type === "directory" &&
    fs.list(directory).some((name) => !but.includes(name.toString()))
  );
}
