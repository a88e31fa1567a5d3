import { chmodSync } from "node:fs";
import { state } from "../../../support/login.ts";
import { TestMachine } from "../../../support/machine.ts";
import { directory, file, symlink, type Tree } from "../../../support/tree.ts";
import { STORE_ACCOUNT } from "./links.ts";
import type { Row } from "./pairs.ts";
import type { Directories } from "./stores.ts";

export function directoriesOf({ home, work, root }: TestMachine): Directories {
  return { home, work, elsewhere: `${root}/elsewhere` };
}

/** Below the machine's tree, the directory that a client comes to; null for nowhere. */
export function viewOf({ store, link }: Row): string | null {
  if (link.view === "nowhere") return null;
  return link.view === "store" ? `${store.at}/.claude-credentials` : link.view.at;
}

/** A machine in this state, made by hand: nothing of the program has run on it. */
export function build(row: Row): TestMachine {
  const { store, link, env, credential } = row;
  const machine = new TestMachine({
    ...store.options,
    ...link.options,
    mounts: [...(store.options?.mounts ?? []), ...(link.options?.mounts ?? [])],
    tree: { elsewhere: directory(), stranger: directory(), ...store.options?.tree, ...env.tree },
    ...(env.env === undefined ? {} : { env: env.env }),
    ...(env.given === undefined ? {} : { given: env.given }),
    ...(link.configDirectory === undefined ? {} : { configDirectory: link.configDirectory }),
  });
  const at = directoriesOf(machine);
  const root = store.root(at);
  const config = `${store.at}/.claude-credentials`;
  const envFile = "env-vars/.claude-code-env";
  machine.add({
    [config]: directory(0o700),
    ...(link.hasStateFile === false ? {} : { [`${config}/.claude.json`]: file(state(STORE_ACCOUNT)) }),
    ...(env.file === undefined ? {} : { [`${store.at}/${envFile}`]: file(env.file, env.fileMode) }),
    ...(env.file === undefined || env.isLinked === false
      ? {}
      : { "home/.claude-code-env": symlink(`${root}/${envFile}`) }),
    ...link.tree(root, at.home),
    ...(link.isStamped === false ? {} : stampOf(machine, row)),
  });
  const view = viewOf(row);
  if (view !== null) {
    const path = `${view}/.credentials.json`;
    if (env.settings !== undefined) machine.add({ [`${view}/settings.json`]: file(env.settings) });
    if (credential.content !== null) {
      const isOnSuchMount = link.view === "store" && store.mode !== undefined;
      const mode = credential.mode ?? (isOnSuchMount ? store.mode : 0o600);
      machine.add({ [path]: file(credential.content, mode) });
      if (credential.owner !== undefined) machine.own(path, credential.owner);
    }
  }
  if (store.closedBy !== undefined) {
    machine.own(store.at, store.closedBy);
    chmodSync(machine.path(store.at), 0o700);
  }
  return machine;
}

/** As the last start left it, by the lines that the launcher reads. */
function stampOf(machine: TestMachine, { store, link }: Row): Tree {
  const root = store.root(directoriesOf(machine));
  const [home, config] = [machine.home, `${root}/.claude-credentials`];
  const own = link.configDirectory;
  const lines = [
    "claude-credentials stamp 1",
    ...["1.2.3", "c0ffee", machine.work, "", own === undefined ? "" : machine.path(own), root],
    ...(own === undefined ? [`${home}/.claude`, config] : [machine.path(own), config]),
    ...(own === undefined ? [`${home}/.claude.json`, `${config}/.claude.json`] : ["", ""]),
    `+${config}`,
    "",
  ];
  return { "home/.cache/claude-credentials/stamp": file(lines.join("\n")) };
}
