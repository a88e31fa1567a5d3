import { createHash } from "node:crypto";

/** Where everything of ours lies in a home and on the machine. All paths are absolute. */
export interface HomeLayout {
  readonly home: string;
  /** The client's configuration directory: `~/.claude`, or `CLAUDE_CONFIG_DIR`. */
  readonly config: string;
  /** `~/.claude.json`; null with `CLAUDE_CONFIG_DIR`, where it lies inside the configuration directory. */
  readonly state: string | null;
  /** The store of the build's time, in the image: where the links lead until the first `start`. */
  readonly buildRoot: string;
  readonly stamp: string;
  /** What the last look for a notice left. */
  readonly notice: string;
  /** The link to the variables of the API mode; shells read it. */
  readonly envFile: string;
}

/** Where everything lies in a store. */
export interface StoreLayout {
  readonly root: string;
  readonly config: string;
  readonly credential: string;
  /** The state file that `~/.claude.json` leads to. */
  readonly state: string;
  readonly envVars: string;
  readonly envFile: string;
  readonly containers: string;
  readonly backups: string;
  readonly format: string;
  /** Since when the login has been there. */
  readonly signIn: string;
}

/** The volume variants' mount point. */
export const MOUNT_ROOT = "/var/lib/claude-credentials";
/** The older tool's folder in the workspace. */
export const SECRETS_NAME = ".devcontainer.secrets";
/** The `HEAD` of the least that git takes for a repository. */
export const NESTED_HEAD = "ref: refs/heads/main\n";
/** Our folder in a git directory. */
export const GIT_STORE_NAME = "claude-credentials";
export const CONFIG_NAME = ".claude-credentials";
/** In the directory of a login: what `run --session` keeps, by names. Claude Code has a `sessions` of its own there. */
export const SESSIONS_NAME = "run-sessions";
/** In our folder of a git directory: the last valid login of a store in the workspace, and what git brought into one. */
const LAST_KNOWN_GOOD_NAME = "last-known-good";
const DELIVERED_NAME = "delivered";
/** The variables of the API mode: in a store's `env-vars`, and the link to them in the home. */
export const ENV_FILE_NAME = ".claude-code-env";
/** The older tool's API key without a name, in its folder. */
export const BARE_KEY_NAME = "env-vars/anthropic-api-key";
/** The older tool's copy of a credential, in its folder. */
export const OLDER_COPY_NAME = "claude-credentials.json";
export const FORMAT = 1;

export function homeLayout(home: string, configDirectory: string | null): HomeLayout {
  return {
    home,
    config: configDirectory ?? `${home}/.claude`,
    state: configDirectory === null ? `${home}/.claude.json` : null,
    buildRoot: `${home}/.local/share/claude-credentials`,
    stamp: `${home}/.cache/claude-credentials/stamp`,
    notice: `${home}/.cache/claude-credentials/notice`,
    envFile: `${home}/${ENV_FILE_NAME}`,
  };
}

/** @param containerId set where each container has a state file of its own */
export function storeLayout(root: string, containerId: string | null = null): StoreLayout {
  const config = `${root}/${CONFIG_NAME}`;
  return {
    root,
    config,
    credential: `${config}/.credentials.json`,
    state: containerId === null ? `${config}/.claude.json` : `${root}/containers/${containerId}/.claude.json`,
    envVars: `${root}/env-vars`,
    envFile: `${root}/env-vars/${ENV_FILE_NAME}`,
    containers: `${root}/containers`,
    backups: `${root}/backups`,
    format: `${root}/format`,
    signIn: `${root}/signed-in`,
  };
}

/** Where a copy of a workspace store's last valid login lies. */
export interface LastKnownGoodLayout {
  readonly directory: string;
  readonly credential: string;
  /** The login facts alone. */
  readonly state: string;
}

/**
 * @param gitStore our folder in the git directory
 * @param below the workspace folder's path from the repository's top; "" for the top itself
 */
export function lastKnownGoodLayout(gitStore: string, below: string): LastKnownGoodLayout {
  // One name for each folder, whatever is in its path.
  const own = below === "" ? "" : `/${createHash("sha256").update(below).digest("hex").slice(0, 16)}`;
  const directory = `${gitStore}/${LAST_KNOWN_GOOD_NAME}${own}`;
  return { directory, credential: `${directory}/.credentials.json`, state: `${directory}/.claude.json` };
}

/** The list of what git brought into a workspace store, in our folder of the git directory. */
export function deliveredList(gitStore: string): string {
  return `${gitStore}/${DELIVERED_NAME}`;
}

/** The layout of a configuration directory that persists by itself: it is its own store. */
export function ownStoreLayout(directory: string): StoreLayout {
  return {
    ...storeLayout(directory),
    config: directory,
    credential: `${directory}/.credentials.json`,
    state: `${directory}/.claude.json`,
  };
}

/** The folder whose store a link's text leads to: the repository's top or the workspace folder; null for any other text. */
export function workspaceOfLink(text: string): string | null {
  const tails = [`/.git/${GIT_STORE_NAME}/${CONFIG_NAME}`, `/${SECRETS_NAME}/${CONFIG_NAME}`];
  const tail = tails.find((end) => text.startsWith("/") && text.endsWith(end) && text.length > end.length);
  return tail === undefined ? null : text.slice(0, -tail.length);
}

/** `path` as a person would write it: the home as `~`. */
export function displayPath(path: string, home: string): string {
  if (path === home) return "~";
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
