import { spawnSync } from "node:child_process";
import { readFileSync, readlinkSync, writeFileSync } from "node:fs";
import type { FileSystem, Stat } from "../../src/apply/file-system.ts";
import { judgeHolder, writeLockOwner } from "../../src/apply/lock/lock-owner.ts";
import { buildTree, directory } from "./tree.ts";
import { virtualFileSystem } from "./virtual-file-system.ts";

/** This process-id namespace, as `/proc` names it. */
export const NAMESPACE = readlinkSync("/proc/self/ns/pid");
export const REFRESH = ".oauth_refresh.lock";

/** A configuration directory whose locks somebody holds. */
export interface Scene {
  readonly fs: FileSystem;
  readonly root: string;
  readonly refresh: string;
  readonly legacy: string;
  readonly owner: string;
}

/** A configuration directory with both locks in place, on a machine with an id of its own. */
export function scene(): Scene {
  const root = buildTree({
    [`config/${REFRESH}`]: directory(),
    "config.lock": directory(),
    "machine-id": "0123456789abcdef0123456789abcdef\n",
  });
  const redirects = new Map([["/etc/machine-id", `${root}/machine-id`]]);
  const { fs } = virtualFileSystem({ user: { uid: 0, gid: 0 }, root, redirects });
  const refresh = `${root}/config/${REFRESH}`;
  return { fs, root, refresh, legacy: `${root}/config.lock`, owner: `${refresh}.owner` };
}

export function look(fs: FileSystem, path: string): Stat {
  const stat = fs.lstat(path);
  if (stat === null) throw new Error(`nothing at ${path}`);
  return stat;
}

export function write({ fs, refresh, legacy }: Scene): void {
  for (const path of [refresh, legacy]) writeLockOwner(fs, path, look(fs, path));
}

export function judge({ fs, refresh }: Scene): string {
  return judgeHolder(fs, refresh, look(fs, refresh));
}

/** Field 22 of its `/proc/PID/stat`. */
export function startOf(pid: number): string {
  const text = readFileSync(`/proc/${pid.toString()}/stat`, "latin1");
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

/** The id of a process that has ended and was waited for. */
export function deadPid(): number {
  return spawnSync("true").pid;
}

/** What our own process would have written, changed. */
export function plant(at: Scene, changes: Readonly<Record<string, unknown>>): void {
  write(at);
  const own = JSON.parse(readFileSync(at.owner, "utf8")) as Record<string, unknown>;
  writeFileSync(at.owner, JSON.stringify({ ...own, ...changes }));
}
