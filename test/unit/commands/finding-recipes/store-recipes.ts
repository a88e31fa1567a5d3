import { writeFileSync } from "node:fs";
import type { FileSystem, Stat } from "../../../../src/apply/file-system.ts";
import { BLANK, login } from "../../../support/login.ts";
import type { TestMachine } from "../../../support/machine.ts";
import { directory, fifo, file, type Tree } from "../../../support/tree.ts";
import { start, status, uninstall, withFlags, type Recipe } from "./recipe.ts";

const GIT = "work/.git/claude-credentials";
const SECRETS = "work/.devcontainer.secrets";
const IN_HOME: Tree = { "home/.claude/.credentials.json": file(login("home")) };

/** A repository, a login in its git directory's store, and links to it. */
const inUse = {
  options: { repository: true, tree: IN_HOME },
  prepare: async (machine: TestMachine): Promise<void> => {
    await start(machine);
  },
} satisfies Partial<Recipe>;

/** The machine's file system shows every mode as 0777, as some mounts do. */
function forgetModes({ machine }: TestMachine): void {
  const before: FileSystem = { ...machine.fs };
  const open = (stat: Stat): Stat => ({ ...stat, mode: 0o777 });
  Object.assign(machine.fs, {
    lstat: (path: string) => {
      const stat = before.lstat(path);
      return stat === null ? null : open(stat);
    },
    fstat: (descriptor: number) => open(before.fstat(descriptor)),
  });
}

/** How each code is had that says something of the store, and is no error of a start's. */
export const STORE_RECIPES = {
  STORE_QUARANTINED: {
    options: {
      repository: true,
      tree: {
        [`${GIT}/delivered`]: file('".devcontainer.secrets/format"\n'),
        [`${SECRETS}/format`]: file("1\n"),
      },
    },
    command: (machine, ...format) => machine.statusText("--workspace", machine.work, ...format),
  },
  STORE_IN_WORK_TREE: {
    options: { repository: true },
    command: (machine, ...format) => start(machine, "--store", `${machine.work}/own`, ...format),
  },
  STORE_NOT_PERSISTENT: { options: { tree: IN_HOME }, command: status },
  STORE_MODE_IGNORED: {
    options: { volume: true, tree: { ...IN_HOME, "volume/.claude-credentials": directory(0o777) } },
    prepare: forgetModes,
    command: start,
  },
  STORE_SHARED: {
    options: { volume: true, options: { variant: "shared", perContainer: true }, tree: IN_HOME },
    prepare: async (machine) => {
      await start(machine);
    },
    command: status,
  },
  STORE_KEPT: { ...inUse, command: withFlags(uninstall, "--keep-store") },
  BACKUPS_KEPT: {
    ...inUse,
    options: {
      repository: true,
      tree: { ...IN_HOME, [`${GIT}/.claude-credentials/.credentials.json`]: file(login("store", 1)) },
    },
    command: uninstall,
  },
  // What the installation writes is on each machine here, unless it is left out.
  FEATURE_INSTALLED: { ...inUse, command: uninstall },
  STORE_READABLE_BY_AGENT: { ...inUse, options: { ...inUse.options, guarded: false }, command: status },
  CREDENTIAL_RESTORED: {
    options: { repository: true, tree: { ...IN_HOME, [SECRETS]: directory() } },
    prepare: async (machine) => {
      await start(machine);
      writeFileSync(machine.path(`${SECRETS}/.claude-credentials/.credentials.json`), BLANK.slice(0, 9));
    },
    command: start,
  },
  FILE_SKIPPED: {
    options: { repository: true, tree: { ...IN_HOME, "home/.claude/pipe": fifo() } },
    command: start,
  },
} as const satisfies Readonly<Record<string, Recipe>>;
