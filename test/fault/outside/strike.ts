import { execa } from "execa";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Place } from "../place.ts";
import { SHARE, type BuiltProduct } from "./built-product.ts";

/** A system call as `strike.c` tells it. */
export interface SystemCall {
  readonly name: string;
  /** Whether it only reads, changes something, or does and needs room on the disk for that. */
  readonly kind: "reads" | "changes" | "fills";
  /** The mode that an entry is made with, or is given; 0 for any other call. */
  readonly mode: number;
  /** The path; of a call on two paths both. */
  readonly paths: readonly string[];
}

/** What `strike.c` is to do at call `at`, in its own words. */
export interface Strike {
  readonly at: number;
  readonly fault: string;
}

/** How a run of the launcher ended. */
export interface StruckRun {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  /** Of processor time, all its processes together: what it takes on a machine that has nothing else to do. */
  readonly milliseconds: number;
  /** It had not ended after a minute, and was killed. */
  readonly hung: boolean;
  /** All calls below home and workspace; with a fault the one that was struck, if it came to that. */
  readonly calls: readonly SystemCall[];
}

/** How the launcher is called: by a lifecycle hook, whose exit code says nothing, or by one who wants to know. */
export type Manner = "hook" | "strict";

const LIMIT_MS = 120_000;
const KINDS: Readonly<Record<string, SystemCall["kind"]>> = { r: "reads", m: "changes", s: "fills" };

/** Runs the built launcher on a place, below `strike.c`. */
export async function runLauncher(
  product: BuiltProduct,
  place: Place,
  strike: Strike | null = null,
  manner: Manner = "strict",
): Promise<StruckRun> {
  const trace = join(place.root, "trace");
  const watched = ["home", "workspace", "elsewhere"].flatMap((name) => ["--below", join(place.root, name)]);
  const fault = strike === null ? [] : ["--at", String(strike.at), "--fault", strike.fault];
  const args = [
    ...["--out", trace, ...watched, "--bind", `${product.share}=${SHARE}`],
    ...["--instead", `/proc/self/mountinfo=${product.mountInfo}`, ...fault, "--", product.launcher, "start"],
    ...(manner === "strict"
      ? ["--strict", "--home", place.home, "--workspace", place.workspace, ...place.args]
      : ["--workspace", place.workspace, "--devcontainer-id", "id"]),
  ];
  const { exitCode, signal, stdout, stderr, timedOut } = await execa(product.strike, args, {
    env: { PATH: process.env["PATH"] ?? "", HOME: place.home },
    extendEnv: false,
    cwd: "/",
    stdin: "ignore",
    reject: false,
    timeout: LIMIT_MS,
    killSignal: "SIGKILL",
  });
  if (!timedOut && !existsSync(trace))
    throw new Error(`strike came to nothing (${String(exitCode ?? signal)}): ${stderr}`);
  const told = timedOut ? "" : readFileSync(trace, "latin1");
  const milliseconds = Number(/^cpu\t(\d+)$/m.exec(told)?.[1] ?? NaN);
  rmSync(trace, { force: true });
  return {
    exitCode: exitCode ?? 137,
    out: stdout,
    err: stderr,
    milliseconds,
    hung: timedOut,
    calls: parseTrace(told),
  };
}

function parseTrace(text: string): SystemCall[] {
  return text.split("\n").flatMap((line) => {
    const [, kind, mode, name, ...paths] = line.split("\t");
    if (kind === undefined || mode === undefined || name === undefined) return [];
    return [
      { name, kind: KINDS[kind] ?? "reads", mode: Number.parseInt(mode, 8), paths: paths.map(unescape) },
    ];
  });
}

function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
