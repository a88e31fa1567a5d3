import type { FileSystem, Owner, Stat } from "../apply/file-system.ts";
import { findHolder, type LockHolder } from "../apply/lock/lock-owner.ts";
import { errnoCode } from "../errors.ts";
import {
  CONFIG_NAME,
  GIT_STORE_NAME,
  homeLayout,
  MOUNT_ROOT,
  ownStoreLayout,
  SECRETS_NAME,
  storeLayout,
  workspaceOfLink,
  type HomeLayout,
  type StoreLayout,
} from "../layout.ts";
import type { CommonOptions } from "../options.ts";
import type { StateFile } from "../plan/decide-state.ts";
import type { Credential } from "./credential.ts";
import { inspectHomeEntry, realPathIfAllowed, type HomeEntry } from "./entry.ts";
import type { Machine } from "./inspect.ts";
import { readStateFile } from "./state-file.ts";
import { readSignIn, signedInSince } from "./sign-in.ts";
import { readSurroundings } from "./surroundings.ts";
import { isPersistent } from "./mounts.ts";
import type { Finding } from "../report/finding.ts";
import { inspectStoreTroubles } from "./store-troubles.ts";
import { readCredential } from "./read-credential.ts";
import type { StoreKind } from "./store-candidate.ts";
import { readStamp } from "./stamp.ts";

/** The credential's file; `modifiedAt` in epoch milliseconds. */
interface CredentialEntry extends Pick<Stat, "mode" | "uid"> {
  readonly modifiedAt: number;
}

/** All that `status` judges: what the client would find through the home's links, and where these lead. Read-only. */
export interface StatusInspection {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly user: Owner;
  readonly layout: HomeLayout;
  readonly config: HomeEntry;
  readonly state: HomeEntry | null;
  /** The configuration directory's real path; null where there is none. */
  readonly configPath: string | null;
  readonly persistent: boolean;
  readonly store: { readonly root: string; readonly kind: StoreKind } | null;
  /** Where all of the store lies; null where there is none. */
  readonly storePaths: StoreLayout | null;
  /** The workspace folder that was named, else the one of the last `start`, else the one that the link tells. */
  readonly workspace: string | null;
  /** What the link is meant to lead to, as far as the last `start` said. */
  readonly wanted: { readonly config: string | null; readonly state: string | null };
  /** What `start` found of stores and is still so. */
  readonly troubles: readonly Finding[];
  readonly credential: Credential;
  readonly credentialEntry: CredentialEntry | null;
  /** Since when the login has been there at least, epoch milliseconds; null where there is none. */
  readonly signedInSince: number | null;
  readonly stateFile: StateFile | { readonly state: "unreadable" };
  readonly locks: readonly { readonly path: string; readonly ageSeconds: number }[];
  /** Whose they are, in the same order. */
  readonly holders: readonly LockHolder[];
  /** Whether a directory was named instead of what the home leads to. */
  readonly isPointedAt: boolean;
}

/** @param pointedAt a configuration directory to be looked at, whatever the home leads to */
export function inspectStatus(
  machine: Machine,
  options: CommonOptions,
  pointedAt: string | null = null,
): StatusInspection {
  const { fs, user } = machine;
  const now = machine.now();
  const { mounts, inContainer } = readSurroundings(fs);
  const layout = homeLayout(options.home, pointedAt ?? options.configDirectory);
  const stamp = pointedAt === null ? readStamp(fs, layout.stamp) : null;
  const config = inspectHomeEntry(fs, layout.config, mounts, inContainer);
  const state = layout.state === null ? null : inspectHomeEntry(fs, layout.state, mounts, inContainer);
  const configPath = realDirectory(config);
  const statePath = layout.state ?? (configPath === null ? null : `${configPath}/.claude.json`);
  const store = configPath === null ? null : storeOf(config, configPath, layout, pointedAt !== null);
  const storePaths = store === null ? null : layoutOf(store.root, configPath);
  const workspace =
    options.workspace ??
    (stamp === null || stamp.workspace === "" ? null : stamp.workspace) ??
    (configPath === null ? null : workspaceOfLink(configPath));
  const stateReal = statePath === null ? null : (realPathIfAllowed(fs, statePath) ?? null);
  const credential: Credential =
    configPath === null ? { state: "absent" } : readCredential(fs, `${configPath}/.credentials.json`);
  const credentialEntry = configPath === null ? null : entryOf(fs, `${configPath}/.credentials.json`);
  const noted = storePaths === null ? null : readSignIn(fs, storePaths.signIn);
  const locks = findLocks(fs, layout, configPath, now);
  return {
    now,
    user,
    layout,
    config,
    state,
    configPath,
    persistent: configPath !== null && isPersistent(mounts, configPath, inContainer),
    store,
    storePaths,
    workspace,
    troubles: inspectStoreTroubles(fs, store, workspace),
    wanted: {
      config: stamp?.configTarget ?? null,
      state:
        config.kind === "mounted" && config.isDirectory
          ? `${config.realPath}/.claude.json`
          : stamp === null || stamp.stateTarget === ""
            ? null
            : stamp.stateTarget,
    },
    credential,
    credentialEntry,
    signedInSince: signedInSince(credential, credentialEntry?.modifiedAt ?? null, noted),
    stateFile: stateReal === null ? { state: "absent" } : readStateFile(fs, stateReal),
    locks,
    holders: locks.map(({ path }) => findHolder(fs, path)),
    isPointedAt: pointedAt !== null,
  };
}

function layoutOf(root: string, configPath: string | null): StoreLayout {
  return root === configPath ? ownStoreLayout(root) : storeLayout(root);
}

function realDirectory(entry: HomeEntry): string | null {
  if (entry.kind === "directory" || (entry.kind === "mounted" && entry.isDirectory)) return entry.realPath;
  return entry.kind === "symlink" && entry.leadsTo === "directory" ? entry.realPath : null;
}

/** Tells the store from where the link leads: its parent's name and place give it away. */
function storeOf(
  config: HomeEntry,
  configPath: string,
  layout: HomeLayout,
  isPointedAt: boolean,
): StatusInspection["store"] {
  if (config.kind === "mounted") return { root: configPath, kind: "mount" };
  const isOurs = isPointedAt && configPath.endsWith(`/${CONFIG_NAME}`);
  if (isPointedAt && !isOurs) return { root: configPath, kind: "path" };
  if (config.kind === "directory" && !isOurs)
    return layout.state === null ? { root: configPath, kind: "path" } : null;
  if (!configPath.endsWith(`/${CONFIG_NAME}`)) return null;
  const root = configPath.slice(0, -(CONFIG_NAME.length + 1));
  if (root === layout.buildRoot) return null;
  if (root === MOUNT_ROOT) return { root, kind: "mount" };
  if (root.endsWith(`/.git/${GIT_STORE_NAME}`)) return { root, kind: "git" };
  if (root.endsWith(`/${SECRETS_NAME}`)) return { root, kind: "workspace" };
  return { root, kind: "path" };
}

function entryOf(fs: FileSystem, path: string): StatusInspection["credentialEntry"] {
  try {
    const stat = fs.lstat(path);
    if (stat === null) return null;
    return { mode: stat.mode, uid: stat.uid, modifiedAt: Number(stat.modifiedNs / 1_000_000n) };
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return null;
  }
}

/** Claude Code's lock directories (facts C4), as they are held now. */
function findLocks(
  fs: FileSystem,
  layout: HomeLayout,
  configPath: string | null,
  now: number,
): StatusInspection["locks"] {
  const beside =
    configPath === null
      ? []
      : [`${configPath}.lock`, `${configPath}/.oauth_refresh.lock`, `${configPath}/.storage-write.lock`];
  const paths = [...beside, ...(layout.state === null ? [] : [`${layout.state}.lock`])];
  return paths.flatMap((path) => {
    try {
      const stat = fs.lstat(path);
      if (stat?.type !== "directory") return [];
      return [
        {
          path,
          ageSeconds: Math.max(0, Math.round(now / 1000 - Number(stat.modifiedNs / 1_000_000n) / 1000)),
        },
      ];
    } catch (error) {
      if (errnoCode(error) === undefined) throw error;
      return [];
    }
  });
}
