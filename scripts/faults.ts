import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { readRows, renderTable } from "../test/fault/table.ts";
import { ensureBuilt, ROOT } from "./build.ts";
import { isMain } from "./main-module.ts";

const USAGE = "usage: npm run test:faults [-- [--all] [--seed N] [TEST FILE]...]";

/**
 * Runs the fault suite and prints what came of it: a table over all its files, and how long each took.
 * @param files only those whose path has one of these in it; all without any
 * @returns the exit code
 */
async function faults(files: readonly string[], env: Record<string, string>): Promise<number> {
  await ensureBuilt();
  const scratch = mkdtempSync(join(tmpdir(), "claude-credentials-faults-"));
  const [table, report] = [join(scratch, "table"), join(scratch, "report.json")];
  try {
    const args = ["run", "--project", "faults", "--reporter=default", "--reporter=json"];
    const { exitCode } = await execa(
      join(ROOT, "node_modules", ".bin", "vitest"),
      [...args, `--outputFile.json=${report}`, ...files],
      { cwd: ROOT, stdio: "inherit", reject: false, env: { ...env, FAULTS_TABLE: table } },
    );
    console.log(describeFaults(report, table));
    return exitCode ?? 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * What a run of the suite came to: the minutes of each test file, and the table of all scenarios.
 * @param report vitest's JSON report
 * @param table the rows that the tests wrote
 */
export function describeFaults(report: string, table: string): string {
  return ["", ...minutesOf(report), "", renderTable(readRows(table))].join("\n");
}

function minutesOf(report: string): string[] {
  if (!existsSync(report)) return [];
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as {
    testResults: readonly { name: string; startTime: number; endTime: number }[];
  };
  return testResults.map(({ name, startTime, endTime }) => {
    const minutes = ((endTime - startTime) / 60_000).toFixed(1);
    return `${minutes.padStart(6)} min  ${relative(ROOT, name)}`;
  });
}

/** @returns the environment of the run and its files; null for arguments that mean nothing. */
function parse(args: readonly string[]): { env: Record<string, string>; files: readonly string[] } | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { all: { type: "boolean" }, seed: { type: "string" } },
      allowPositionals: true,
    });
    const { seed } = values;
    if (seed !== undefined && !/^\d{1,15}$/.test(seed)) return null;
    const all = values.all === true ? { FAULTS: "all" } : {};
    return { env: { ...all, ...(seed === undefined ? {} : { SEED: seed }) }, files: positionals };
  } catch {
    return null;
  }
}

if (isMain(import.meta.url)) {
  const parsed = parse(process.argv.slice(2));
  if (parsed === null) {
    console.error(USAGE);
    process.exitCode = 2;
  } else {
    process.exitCode = await faults(parsed.files, parsed.env);
  }
}
