import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { FileSystem } from "../../src/apply/file-system.ts";
import { nodeFileSystem } from "../../src/apply/node-file-system.ts";
import type { Shell } from "../../src/inspect/rc-files.ts";
import { runStartOn } from "../../src/commands/start.ts";
import { runUninstallOn } from "../../src/commands/uninstall.ts";
import { faultyFileSystem, type FaultyOptions } from "../support/faulty-file-system.ts";
import { NOBODY_THERE } from "../support/context.ts";

/** A home, a workspace and a machine of their own, below one temporary directory. */
export interface Place {
  readonly root: string;
  readonly home: string;
  readonly workspace: string;
  /** The store that `start` is to choose. */
  readonly store: string;
  /** Further arguments for the command. */
  readonly args: readonly string[];
}

/** How a run ended. */
export interface Run {
  /** Null where it was stopped. */
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
  readonly calls: ReturnType<typeof faultyFileSystem>["calls"];
  readonly struck: boolean;
  readonly exposed: readonly string[];
}

/** Begins every secret in these tests. */
export const CANARY = "sk-ant-canary";

/** Where files cost least: no test here needs a disk. */
export const FAST = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export function makePlace(storeBelow: "git" | "secrets" | "elsewhere"): Place {
  const root = realpathSync(mkdtempSync(join(FAST, "cc-fault-")));
  const workspace = join(root, "workspace");
  const store = {
    git: join(workspace, ".git/claude-credentials"),
    secrets: join(workspace, ".devcontainer.secrets"),
    elsewhere: join(root, "elsewhere/store"),
  }[storeBelow];
  for (const name of ["home", "workspace/.git/objects", "workspace/.git/refs", "feature", "machine"])
    mkdirSync(join(root, name), { recursive: true });
  write(join(workspace, ".git/HEAD"), "ref: refs/heads/main\n");
  write(join(root, "machine/mountinfo"), "1 0 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n");
  write(join(root, "machine/hostname"), "machine\n");
  if (storeBelow === "elsewhere") mkdirSync(dirname(store));
  const args = storeBelow === "elsewhere" ? ["--store", store] : [];
  return { root, home: join(root, "home"), workspace, store, args };
}

export function removePlace(place: Place): void {
  openUp(Buffer.from(place.root));
  rmSync(place.root, { recursive: true, force: true });
}

/** A directory that its owner may not write to cannot be emptied. */
function openUp(directory: Buffer): void {
  chmodSync(directory, 0o700);
  for (const name of readdirSync(directory, { encoding: "buffer" })) {
    const path = Buffer.concat([directory, Buffer.from("/"), name]);
    if (lstatSync(path).isDirectory()) openUp(path);
  }
}

/** Writes a file and the directories above it, all of them private. */
export function write(path: string, content: string | Buffer, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

export function link(text: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  symlinkSync(text, path);
}

/** What others do while `start` is at work. */
export interface Meanwhile {
  readonly beforeEachCall?: () => void;
  /** @param slept milliseconds in all */
  readonly whileSleeping?: (slept: number) => void;
}

function nothing(): void {
  return;
}

function hooked(beforeEachCall: () => void): FileSystem {
  if (beforeEachCall === nothing) return nodeFileSystem;
  const port: Record<string, unknown> = {};
  for (const [name, call] of Object.entries(nodeFileSystem)) {
    port[name] = (...args: unknown[]): unknown => {
      beforeEachCall();
      return (call as (...given: unknown[]) => unknown)(...args);
    };
  }
  return port as unknown as FileSystem;
}

/** Above every process id that Linux gives: for any other run, this one is dead. */
let lastPid = 4_194_304;

/** Runs `start --strict` in this process, through a file system that may fail. */
export function runStart(place: Place, options: FaultyOptions & Meanwhile = {}): Promise<Run> {
  return run(place, options, (machine, args, context) => runStartOn(machine, ["--strict", ...args], context));
}

/** The same with `uninstall`. */
export function runUninstall(place: Place, options: FaultyOptions & Meanwhile = {}): Promise<Run> {
  return run(place, options, runUninstallOn);
}

async function run(
  place: Place,
  options: FaultyOptions & Meanwhile,
  command: typeof runStartOn,
): Promise<Run> {
  const machine = (name: string): string => join(place.root, "machine", name);
  const { beforeEachCall = nothing, whileSleeping = nothing } = options;
  const faulty = faultyFileSystem(hooked(beforeEachCall), {
    ...options,
    secrets: [CANARY],
    machineFiles: new Map([
      ["/proc/self/mountinfo", machine("mountinfo")],
      ["/etc/hostname", machine("hostname")],
      ["/.dockerenv", machine("none")],
      ["/run/.containerenv", machine("none")],
    ]),
  });
  const output = { out: "", err: "" };
  const user = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  const pid = (lastPid += 1);
  let slept = 0;
  const args = ["--home", place.home, "--workspace", place.workspace, ...place.args];
  const running = command(
    {
      ...{
        fs: faulty.fs,
        user,
        pid,
        sudoWorks: () => false,
        sudoFindsLogin: () => true,
        shells: () => new Set<Shell>(),
      },
      now: () => Date.now() + 10_000 + slept,
      elapsed: () => slept,
      sleep: (milliseconds) => {
        slept += milliseconds;
        whileSleeping(slept);
        return Promise.resolve();
      },
    },
    args,
    {
      env: {},
      cwd: "/",
      version: "1.0.0",
      bundlePath: join(place.root, "feature/claude-credentials.mjs"),
      out: (text) => (output.out += text),
      err: (text) => (output.err += text),
      ...NOBODY_THERE,
    },
  );
  const isStopped = (): boolean => options.fault?.kind === "stop" && faulty.struck();
  // One that is stopped at its very last calls has nothing left to answer with.
  const exitCode = await running.catch((error: unknown) => {
    if (isStopped()) return null;
    throw error;
  });
  return {
    exitCode: isStopped() ? null : exitCode,
    ...output,
    calls: faulty.calls,
    struck: faulty.struck(),
    exposed: faulty.exposed,
  };
}
