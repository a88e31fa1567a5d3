import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { ID, ROOT } from "../build.ts";
import { BUILT_FEATURES } from "../fresh.mjs";
import { LARGEST_PACKED, packFeature } from "../package.ts";
import { parseSamples, type Samples } from "./samples.ts";

/** What one run of the bench found out. */
export interface Measurement {
  readonly samples: Samples;
  readonly packed: { readonly bytes: number; readonly largest: number };
  /** The machine and its Node, in words. */
  readonly machine: string;
  /** ISO 8601, without the time. */
  readonly day: string;
  readonly rounds: number;
  readonly migrationRounds: number;
  /** Whether that was measured which only root on Linux can set up. */
  readonly isWhole: boolean;
}

/** Moving 10,000 files takes seconds: a round of it for so many others. */
const ROUNDS_PER_MIGRATION = 5;

/**
 * Measures in scratch folders. The launcher, and two file systems, are measured where they can be set up in a mount namespace
 * of its own: on Linux, as root.
 */
export async function measure(rounds: number): Promise<Measurement> {
  const { bytes } = await packFeature();
  const isRoot = process.platform === "linux" && process.getuid?.() === 0;
  const migrationRounds = Math.ceil(rounds / ROUNDS_PER_MIGRATION);
  const starts = await runScript("measure.sh", rounds, isRoot ? "launcher" : null);
  const moves = await runScript("migrate.sh", migrationRounds, isRoot ? "across" : null);
  const processors = `${cpus().length} x ${cpus()[0]?.model.trim() ?? "unknown processor"}`;
  return {
    samples: parseSamples(starts + moves),
    packed: { bytes, largest: LARGEST_PACKED },
    machine: `Node ${process.version}, ${process.platform}, ${processors}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    day: new Date().toISOString().slice(0, 10),
    rounds,
    migrationRounds,
    isWhole: isRoot,
  };
}

/** @returns its lines of samples */
async function runScript(name: string, rounds: number, asRoot: string | null): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "claude-credentials-bench-")));
  try {
    const feature = join(ROOT, BUILT_FEATURES, "src", ID);
    const script = fileURLToPath(new URL(name, import.meta.url));
    const command = ["bash", script, folder, process.execPath, feature, rounds.toString()];
    const namespace = asRoot === null ? [] : ["unshare", "--mount", "--propagation", "private"];
    const mode = asRoot === null ? [] : [asRoot];
    const { stdout } = await execa("env", [...namespace, ...command, ...mode], {
      stdin: "ignore",
      stderr: "inherit",
    });
    return `${stdout}\n`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
