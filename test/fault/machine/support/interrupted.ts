import { readFileSync } from "node:fs";
import type { Machine, Started } from "./machine.ts";

/** A system call of a run: the `number`th of its name, from 1. */
export interface Point {
  readonly name: string;
  readonly number: number;
}

/** All that changes names or bytes, or makes them durable. */
const NAMES = [
  ...["rename", "link", "symlink", "unlink", "rmdir", "mkdir", "pwrite64", "fsync", "fdatasync"],
  ...["renameat", "renameat2", "linkat", "symlinkat", "unlinkat"],
];

/** Those that need room. */
const GROWING: ReadonlySet<string> = new Set(["link", "symlink", "mkdir", "pwrite64", "fsync"]);

/** So many of a run's points are tried, evenly spread: all of them with `FAULTS=all`. */
const DEPTH: Readonly<Record<string, number>> = { some: 2, all: Number.POSITIVE_INFINITY };

/** Milliseconds for a test that tries many points. */
export const SWEEP_TIMEOUT = process.env["FAULTS"] === "all" ? 3_600_000 : 180_000;

/** Runs `start` to its end and lists what its one working thread called, in order. */
export async function listPoints(machine: Machine): Promise<readonly Point[]> {
  const list = `${machine.disk}/calls`;
  const strace = ["strace", "-f", "-qq", "-o", list, "-e", `trace=${NAMES.join(",")}`];
  await machine.start({ through: strace });
  const text = readFileSync(machine.seen(list), "utf8");
  const worker = /^(\d+) +mkdir\(/m.exec(text)?.[1] ?? "";
  const counts = new Map<string, number>();
  return text.split("\n").flatMap((line) => {
    const name = line.startsWith(`${worker} `) ? /^\d+ +(\w+)\(/.exec(line)?.[1] : undefined;
    if (name === undefined) return [];
    const number = (counts.get(name) ?? 0) + 1;
    counts.set(name, number);
    return [{ name, number }];
  });
}

/** The points that are to be tried. */
export function spread(points: readonly Point[]): readonly Point[] {
  const count = Math.min(points.length, DEPTH[process.env["FAULTS"] ?? ""] ?? 6);
  return Array.from(
    { length: count },
    (_, index) => points[Math.floor(((index + 0.5) * points.length) / count)],
  ).filter((point) => point !== undefined);
}

/** Runs `start` until it comes to a point, where it is killed before the call is made. */
export async function killAt(machine: Machine, { name, number }: Point): Promise<void> {
  const inject = `inject=${name}:signal=KILL:when=${number}`;
  const through = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", `trace=${name}`, "-e", inject];
  const killed = await machine.hook({ through });
  if (!killed.stderr.includes("was killed"))
    throw new Error(`${name} ${number} was not reached:\n${killed.stderr}`);
}

/** Runs `start` on a disk that is full from a point on. */
export function failFrom(machine: Machine, points: readonly Point[], from: Point): Promise<Started> {
  const later = points.slice(points.indexOf(from)).filter(({ name }) => GROWING.has(name));
  const first = later.filter(({ name }, index) => later.findIndex((other) => other.name === name) === index);
  const inject = first.flatMap(({ name, number }) => ["-e", `inject=${name}:error=ENOSPC:when=${number}+`]);
  const trace = ["-e", `trace=${NAMES.join(",")}`];
  return machine.start({ through: ["strace", "-f", "-qq", "-o", "/dev/null", ...trace, ...inject] });
}

/**
 * Takes away the locks that a killed run left. Those without a proof that their holder is dead would be watched for a
 * minute by the next start: that is tried once, not at every point.
 */
export async function removeLocks(machine: Machine): Promise<void> {
  const names = ["(", "-name", "*.lock", "-o", "-name", "*.lock.owner", ")"];
  await machine.run([
    "find",
    machine.home,
    machine.workspace,
    ...names,
    "-prune",
    "-exec",
    "rm",
    "-r",
    "{}",
    "+",
  ]);
}

/** Sets the locks that a killed run left to ten minutes ago. */
export async function ageLocks(machine: Machine): Promise<void> {
  const touch = ["-exec", "touch", "-d", "10 minutes ago", "{}", "+"];
  await machine.run(["find", machine.home, machine.workspace, "-name", "*.lock", ...touch]);
}
