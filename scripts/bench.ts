import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { ID, ROOT } from "./build.ts";
import { BuildError } from "./bundle.ts";
import { BUILT_FEATURES } from "./fresh.mjs";
import { isMain } from "./main-module.ts";
import { kilobytes, packFeature } from "./package.ts";

const MEASURE = fileURLToPath(new URL("bench/measure.sh", import.meta.url));

/** The rows of the table by the names that measure.sh gives them, in the order in which they are shown. */
const ROWS = {
  shell: "sh -c :",
  unchanged: "unchanged start (launcher, no Node)",
  notice: "a terminal with nothing to say (launcher, no Node)",
  node: "node -e 0",
  status: "status",
  "unchanged through Node": "unchanged start --json (through Node)",
  true: "/bin/true",
  run: "run -- /bin/true",
  "run of 10000": "run -- /bin/true, 10,000 files in ~/.claude",
  "rsync -a of 10000": "rsync -a of these",
  "cp -a of 10000": "cp -a of these (there is no rsync)",
  rebuild: "first start after a rebuild, 20 files in the store",
  "first migration": "first migration of 20 files",
} as const;

/**
 * Measures in a scratch folder and renders the result. The launcher is measured where it can be installed in a
 * mount namespace of its own: on Linux, as root.
 */
export async function bench(rounds: number): Promise<string> {
  const { bytes } = await packFeature();
  const isRoot = process.platform === "linux" && process.getuid?.() === 0;
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "claude-credentials-bench-")));
  try {
    const feature = join(ROOT, BUILT_FEATURES, "src", ID);
    const measure = ["bash", MEASURE, folder, process.execPath, feature, rounds.toString()];
    const command = isRoot
      ? ["unshare", "--mount", "--propagation", "private", ...measure, "launcher"]
      : measure;
    const { stdout } = await execa("env", command, { stdin: "ignore", stderr: "inherit" });
    return [
      `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim() ?? "unknown processor"}, ${rounds} rounds`,
      "",
      renderTable(parseSamples(stdout)),
      "",
      ...(isRoot
        ? []
        : ["The launcher is measured only as root on Linux, where it can be installed aside.", ""]),
      `packed Feature: ${kilobytes(bytes)}`,
    ].join("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lines of a name, a tab and microseconds, to the sorted samples of each name. */
export function parseSamples(text: string): Map<string, number[]> {
  const samples = new Map<string, number[]>();
  for (const line of text.split("\n").filter((one) => one !== "")) {
    const [name, microseconds] = line.split("\t");
    if (name === undefined || !/^\d+$/.test(microseconds ?? "")) throw new Error(`no sample: ${line}`);
    samples.set(name, [...(samples.get(name) ?? []), Number(microseconds)]);
  }
  for (const values of samples.values()) values.sort((one, other) => one - other);
  return samples;
}

/** A table of medians, with the fastest and the 90th of a hundred beside; rows without samples are left out. */
export function renderTable(samples: ReadonlyMap<string, readonly number[]>): string {
  const rows = Object.entries(ROWS).flatMap(([name, label]) => {
    const sorted = samples.get(name);
    return sorted === undefined ? [] : [[label, ...[0.5, 0, 0.9].map((share) => at(sorted, share))]];
  });
  const width = Math.max(...Object.values(ROWS).map((label) => label.length));
  const line = ([label = "", ...cells]: readonly string[]): string =>
    `${label.padEnd(width)}${cells.map((cell) => cell.padStart(10)).join("")}`;
  return [line(["milliseconds", "median", "fastest", "90 %"]), ...rows.map(line)].join("\n");
}

/** The sample below which `share` of all lie, in milliseconds. */
function at(sorted: readonly number[], share: number): string {
  const index = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
  return ((sorted[index] ?? 0) / 1000).toFixed(1);
}

if (isMain(import.meta.url)) {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "30" } } });
  try {
    if (!/^[1-9]\d{0,3}$/.test(values.rounds))
      throw new BuildError(`--rounds must be a number, not '${values.rounds}'`);
    console.log(await bench(Number(values.rounds)));
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
