import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { FileSystem } from "../apply/file-system.ts";

/** Where a distribution puts its programs. Never PATH: a workspace may have a say in that. */
const PLACES = ["/usr/bin", "/usr/local/bin", "/bin", "/usr/local/sbin", "/usr/sbin"];

/** The absolute path of a system program, or null. */
export function findProgram(name: string): string | null {
  return PLACES.map((place) => `${place}/${name}`).find((path) => existsSync(path)) ?? null;
}

/** A program where the person's own PATH leads, which they called this command with; null for none. */
export function findOnPath(fs: FileSystem, path: string, name: string): string | null {
  const places = path.split(":").filter((place) => place.startsWith("/"));
  const isProgram = (candidate: string): boolean => {
    const stat = fs.stat(candidate);
    return stat?.type === "file" && (stat.mode & 0o111) !== 0;
  };
  return places.map((place) => `${place}/${name}`).find(isProgram) ?? null;
}

export interface ProgramResult {
  /** Null where it was ended by a signal or did not start. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The working directory, `/` unless told. One below `/proc/self/fd` is this process's: the child goes there before it becomes the program. */
  readonly cwd?: string;
  /** Milliseconds at most, 0 for no bound. */
  readonly timeout?: number;
  /** What it reads on standard input: nothing unless told. */
  readonly input?: string;
}

/** Runs a system program with nothing of our environment, and for 10 s at most unless told otherwise. What it prints comes as bytes in latin1. */
export function runProgram(
  path: string,
  args: readonly string[],
  { env = {}, cwd = "/", timeout = 10_000, input = "" }: ProgramOptions = {},
): ProgramResult {
  const result = spawnSync(path, args, {
    encoding: "latin1",
    input: Buffer.from(input, "latin1"),
    timeout,
    maxBuffer: 16 * 1024 * 1024,
    cwd,
    env: { PATH: PLACES.join(":"), LC_ALL: "C", ...env },
  });
  return {
    status: result.error === undefined ? result.status : null,
    stdout: result.stdout,
    stderr: result.stderr,
  };
}
