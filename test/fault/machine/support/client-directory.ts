import { createHash } from "node:crypto";
import { expect } from "vitest";
import { login, state } from "../../../support/login.ts";
import { file, type Tree } from "../../../support/tree.ts";
import { type Machine, USER } from "./machine.ts";

export const CREDENTIAL = login("first");
export const STATE = state("first@example.com");

/** What the client keeps in `~/.claude`: 20 files, one of them the credential. */
const files: Readonly<Record<string, string>> = {
  ".credentials.json": CREDENTIAL,
  "CLAUDE.md": "Be brief.\n",
  "settings.json": '{"theme":"dark"}\n',
  "history.jsonl": '{"display":"hello"}\n'.repeat(400),
  "statsig/cache 1.json": "{}\n",
  "plugins/config.json": '{"repositories":{}}\n',
  ...Object.fromEntries(
    Array.from({ length: 7 }, (_, index) => [
      `projects/-work-p${index}/session-${index}.jsonl`,
      `{"line":${index}}\n`.repeat(1000 * index + 1),
    ]),
  ),
  ...Object.fromEntries(
    Array.from({ length: 7 }, (_, index) => [`todos/${index}/list.json`, `[${index}]\n`]),
  ),
};

/** A home before its first migration: the acceptance's S1. */
export const FIRST_MIGRATION: Tree = {
  ".claude.json": file(STATE),
  ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`.claude/${name}`, file(text)])),
};

export const FILE_COUNT = Object.keys(files).length;

/** Hash and name of each of the 20 files, as `sha256sum` prints them. */
const sums = Object.entries(files)
  .map(([name, text]) => `${createHash("sha256").update(text).digest("hex")}  ./${name}\n`)
  .join("");

/** How many of the 20 files a user reads whole below a directory; symlinks on the way to it are followed. */
export async function countWhole(machine: Machine, directory: string, uid = USER): Promise<number> {
  const script = 'cd -- "$1" && sha256sum --check - 2>/dev/null';
  const { stdout } = await machine.as(uid, ["sh", "-c", script, "sh", directory], sums);
  return stdout.split("\n").filter((line) => line.endsWith(": OK")).length;
}

/** All 20 files, read whole through `~/.claude`, and the state file through its own path. */
export async function expectWholeThroughClient(machine: Machine, uid = USER): Promise<void> {
  expect(await countWhole(machine, `${machine.home}/.claude`, uid)).toBe(FILE_COUNT);
  const { stdout } = await machine.as(uid, ["cat", `${machine.home}/.claude.json`]);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(STATE));
}

/** `start` did all its work: the links lead into the store, all files are in it, and nothing else is left. */
export async function expectMigrated(machine: Machine, store = machine.store, uid = USER): Promise<void> {
  await expectLinked(machine, store, uid);
  await expectNoLeftovers(machine, [machine.home, store]);
}

/** The same, but for locks: a power cut may bring one back, and it stops nobody for long. */
export async function expectMigratedButForLocks(machine: Machine): Promise<void> {
  await expectLinked(machine, machine.store, USER);
  await expectNoLeftovers(machine, [machine.home, machine.store], STAGED);
}

async function expectLinked(machine: Machine, store: string, uid: number): Promise<void> {
  const paths = [`${machine.home}/.claude`, `${machine.home}/.claude.json`];
  const link = await machine.as(uid, ["readlink", ...paths]);
  expect(link.stdout).toBe(`${store}/.claude-credentials\n${store}/.claude-credentials/.claude.json\n`);
  await expectWholeThroughClient(machine, uid);
}

/** `~/.claude` is the real directory that it was, whole. */
export async function expectUnmoved(machine: Machine): Promise<void> {
  const kind = await machine.run(["stat", "-c", "%F", `${machine.home}/.claude`]);
  expect(kind.stdout).toBe("directory\n");
  await expectWholeThroughClient(machine);
}

const STAGED = ["*-incoming-*", "*.aside-*"];
const LOCKS = ["*.lock", "*.lock.owner"];

/** Nothing that a run makes for itself is left: no staging, no lock, no draft, no directory aside. */
export async function expectNoLeftovers(
  machine: Machine,
  directories: readonly string[],
  names: readonly string[] = [...STAGED, ...LOCKS],
): Promise<void> {
  const tests = names.flatMap((name) => ["-o", "-name", name]).slice(1);
  const { stdout } = await machine.attempt(["find", ...directories, "(", ...tests, ")", "-print"]);
  expect(stdout).toBe("");
}
