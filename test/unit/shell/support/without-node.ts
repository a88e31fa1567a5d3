import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ID, ROOT } from "../../../../scripts/build.ts";
import { requireProgram, type Shell } from "../../../support/shell.ts";
import { addToTree, directory, file, snapshot, symlink, type Tree } from "../../../support/tree.ts";
import { launcher, options, share } from "./product.ts";
import { Sandbox, userId } from "./sandbox.ts";

export const HOME = "home/dev";
export const BUILD = `${HOME}/.local/share/claude-credentials/.claude-credentials`;
export const WORK = "work/project";
export const GIT = `${WORK}/.git/claude-credentials`;
export const SECRETS = `${WORK}/.devcontainer.secrets`;
export const repository: Tree = { [`${WORK}/.git/HEAD`]: "ref: refs/heads/main\n" };
export const login =
  '{"claudeAiOauth":{"accessToken":"made-up","refreshToken":"made-up","expiresAt":4102444800000,"scopes":["user:inference"]}}';
export const state = '{"hasCompletedOnboarding":true}';
/** The links of an image that was built with a Node.js, or by the shell. */
export const imageLinks: Tree = {
  [`${HOME}/.claude`]: symlink(`/${BUILD}`),
  [`${HOME}/.claude.json`]: symlink(`/${BUILD}/.claude.json`),
};
export const image: Tree = {
  ...imageLinks,
  [`${HOME}/.local/share/claude-credentials`]: directory(0o700),
  [BUILD]: directory(0o700),
};
export const filled = (root: string): Tree => ({
  ...(root === SECRETS ? { [`${root}/.gitignore`]: "*\n" } : { [root]: directory(0o700) }),
  [`${root}/.claude-credentials`]: directory(0o700),
  [`${root}/.claude-credentials/.credentials.json`]: file(login),
  [`${root}/.claude-credentials/.claude.json`]: file(state),
});

const built = join(ROOT, "dist/features/src", ID);

/** A state of a container: entries below `home/dev` and `work`, the workspace folder being `work/project`. */
export interface State {
  readonly tree: Tree;
  /** Feature option `store`. */
  readonly store?: string;
  /** What is true of it only where the owner of these paths is another user. */
  readonly foreign?: readonly string[];
  readonly perContainer?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** More flags; null for `workspace` gives none. */
  readonly args?: readonly string[];
  readonly workspace?: null;
}

/** Puts the program as it was built in place. */
export function placeBuilt(sandbox: Sandbox): void {
  for (const name of readdirSync(built).filter((file) => /\.(mjs|sh)$/.test(file)))
    sandbox.copy(join(built, name), `${share}/${name}`, 0o644);
  sandbox.copy(join(built, ID), launcher, 0o755);
}

/** A container in a state, with the built product, and no Node.js yet. */
export function containerIn(shell: Shell, state: State, removeTool: readonly string[] = []): Sandbox {
  const sandbox = new Sandbox(shell, removeTool);
  placeBuilt(sandbox);
  sandbox.file(
    options,
    `CLAUDE_CREDENTIALS_VERSION='1.0.0'
CLAUDE_CREDENTIALS_NODE=''
CLAUDE_CREDENTIALS_OPTION_STORE='${state.store ?? ""}'
CLAUDE_CREDENTIALS_OPTION_PER_CONTAINER='${String(state.perContainer ?? false)}'
`,
  );
  addToTree(sandbox.path("/"), state.tree);
  for (const top of ["/home/dev", "/work"]) {
    sandbox.own(top);
    for (const name of Object.keys(snapshot(sandbox.path(top)))) sandbox.own(`${top}/${name}`);
  }
  for (const path of state.foreign ?? []) sandbox.own(path, 1001);
  return sandbox;
}

export function giveNode(sandbox: Sandbox): void {
  sandbox.lend(process.execPath, "/usr/bin/node");
}

/** Runs the hook in a state. */
export async function hook(sandbox: Sandbox, { env = {}, args = [], workspace }: State, ...more: string[]) {
  const named = workspace === null ? [] : ["--workspace", "/work/project"];
  return sandbox.run([launcher, "start", ...named, "--devcontainer-id", "id", ...args, ...more], { env });
}

/** What is mounted (a directory, or `tmpfs`), where, and what root does then. */
type Mounting = readonly [source: string, at: string, then?: string];

/** Runs the hook with `--strict` as the remote user where something is mounted; only root can do that. */
export async function hookWith(sandbox: Sandbox, mounts: readonly Mounting[], workspace = "/work/project") {
  const mount = `/host${requireProgram("mount")}`;
  const lines = mounts.map(([source, at, then = ":"]) => {
    sandbox.directory(at, 0o700);
    sandbox.own(at);
    const how = source === "tmpfs" ? `-t tmpfs -o uid=${userId.toString()} none` : `--bind ${source}`;
    return `${mount} ${how} '${at}' && { ${then}; }`;
  });
  const become = `exec /host${requireProgram("chroot", "coreutils")} --userspec=${userId.toString()}:${userId.toString()} --groups= /`;
  const script = `${lines.join(" && ")} && ${become} ${launcher} start --strict --workspace '${workspace}'`;
  return sandbox.run(["/bin/sh", "-c", script], { user: 0 });
}

/** All of the home and the workspace, but for what only a Node.js writes. */
export function everything(sandbox: Sandbox): Record<string, string> {
  const all = { ...below(sandbox, "/home/dev"), ...below(sandbox, "/work") };
  const others = /\/(\.cache(\/.*)?|format|signed-in|backups)$/;
  return Object.fromEntries(Object.entries(all).filter(([path]) => !others.test(path)));
}

function below(sandbox: Sandbox, top: string): Record<string, string> {
  const entries = Object.entries(snapshot(sandbox.path(top)));
  return Object.fromEntries(
    entries.map(([name, text]) => {
      const { uid } = lstatSync(sandbox.path(`${top}/${name}`));
      return [`${top}/${name}`, `${uid.toString()} ${text}`];
    }),
  );
}
