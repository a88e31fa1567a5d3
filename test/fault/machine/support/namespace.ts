import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { attempt, run, type CommandResult } from "../../../e2e/support/command.ts";
import { FAST } from "../../place.ts";

const PREFIX = "claude-credentials-mounts-";

/**
 * Mounts and processes of one test, which no other process sees. They end with it, however it ends: the first process
 * inside reads from a pipe of ours, and when that closes the kernel kills all others and takes the mounts down.
 */
export interface Namespace {
  /** An empty directory, the same inside and outside; mount points and images go below it. */
  readonly root: string;
  /** Where this process finds a path of the inside. Absolute symlinks on the way lead outside again. */
  readonly seen: (inside: string) => string;
  /** Runs a command as root inside; it must succeed. */
  readonly run: (command: readonly string[]) => Promise<CommandResult>;
  /** The same, whatever comes out of it. */
  readonly attempt: (command: readonly string[], input?: string) => Promise<CommandResult>;
  readonly end: () => Promise<void>;
}

export async function enterNamespace(): Promise<Namespace> {
  sweep();
  const root = mkdtempSync(join(realpathSync(FAST), `${PREFIX}${process.pid}-`));
  chmodSync(root, 0o755);
  const flags = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const holder = spawn("unshare", [...flags, "sh", "-c", "echo ready; read -r end"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => holder.once("exit", resolve));
  await Promise.race([new Promise((resolve) => holder.stdout.once("data", resolve)), ended]);
  const spaces = `/proc/${holder.pid ?? 0}/ns`;
  const enter = [`--mount=${spaces}/mnt`, `--pid=${spaces}/pid_for_children`, "--"];
  return {
    root,
    seen: (inside) => `/proc/${holder.pid ?? 0}/root${inside}`,
    run: (command) => run("nsenter", [...enter, ...command], { timeout: 120_000 }),
    attempt: (command, input = "") => attempt("nsenter", [...enter, ...command], { timeout: 120_000, input }),
    end: async () => {
      holder.stdin.end();
      await ended;
      await removeSoon(root);
    },
  };
}

/** The kernel lets go of a mount point a moment after the last process of its namespace is gone. */
async function removeSoon(root: string): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    try {
      rmSync(root, { recursive: true, force: true });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EBUSY") throw error;
      await sleep(100);
    }
  }
  throw new Error(`${root} is still in use`);
}

/** Removes the images of runs whose process is gone; their mounts went with it. */
function sweep(): void {
  for (const name of readdirSync(FAST)) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (!Number.isNaN(pid) && !isAlive(pid)) rmSync(join(FAST, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // No such process: we are root, so nothing else can be wrong.
    return false;
  }
}
