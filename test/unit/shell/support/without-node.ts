import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ID, ROOT } from "../../../../scripts/build.ts";
import type { Shell } from "../../../support/shell.ts";
import { addToTree, snapshot, type Tree } from "../../../support/tree.ts";
import { launcher, options, share } from "./product.ts";
import { Sandbox } from "./sandbox.ts";

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

/** A container in a state, with the built product, and no Node.js yet. */
export function containerIn(shell: Shell, state: State): Sandbox {
  const sandbox = new Sandbox(shell);
  for (const name of readdirSync(built).filter((file) => /\.(mjs|sh)$/.test(file)))
    sandbox.copy(join(built, name), `${share}/${name}`, 0o644);
  sandbox.copy(join(built, ID), launcher, 0o755);
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
