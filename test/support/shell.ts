import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A shell that the product's scripts must run under, and where this machine has it. */
export interface Shell {
  readonly name: "dash" | "busybox ash" | "bash";
  /** Absolute path of the program that stands as `/bin/sh`. */
  readonly path: string;
  /** True where one program is also every other tool: then the scripts are run with nothing but its applets. */
  readonly isBusybox: boolean;
}

/** Absolute path of `program` on this machine's PATH, or undefined. */
export function findProgram(program: string): string | undefined {
  const directories = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return directories.map((directory) => join(directory, program)).find((path) => existsSync(path));
}

/** Absolute path of `program`; throws with the Debian package to install where it is missing. */
export function requireProgram(program: string, debianPackage = program): string {
  const path = findProgram(program);
  if (path === undefined)
    throw new Error(`${program} is needed by these tests: apt-get install ${debianPackage}`);
  return path;
}

/** The three shells; throws naming the package of one that is missing, so that none is left out unseen. */
export function shells(): readonly Shell[] {
  return [
    { name: "dash", path: requireProgram("dash"), isBusybox: false },
    { name: "busybox ash", path: requireProgram("busybox", "busybox-static"), isBusybox: true },
    { name: "bash", path: requireProgram("bash"), isBusybox: false },
  ];
}

/** The names that busybox on this machine answers to. */
export function busyboxApplets(busybox: string): ReadonlySet<string> {
  return new Set(execFileSync(busybox, ["--list"], { encoding: "utf8" }).trim().split("\n"));
}
