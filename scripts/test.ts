import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { missingRequirement } from "../test/e2e/support/requirements.ts";
import { ensureBuilt, ROOT } from "./build.ts";
import { describeFaults } from "./faults.ts";
import { isInstallFresh } from "./fresh.mjs";
import { isMain } from "./main-module.ts";
import { closingLine, failuresOf, readSuiteResult, type SuiteResult, tableOf } from "./test-totals.ts";

/** The suites in the order of their cost, and where their files lie. */
const SUITES: Readonly<Record<string, string>> = {
  unit: "test/unit",
  property: "test/property",
  faults: "test/fault",
  e2e: "test/e2e",
};

/**
 * Runs the suites named (all without a name) and says at the end how long each took and how many tests passed.
 * The end-to-end suite needs a machine that can run Docker: on another it is announced as not run, or with
 * `E2E=required` counts as failed.
 * @returns the exit code
 */
async function test(names: readonly string[], totalsFile: string | undefined): Promise<number> {
  const results: SuiteResult[] = [];
  const notes: string[] = [];
  for (const name of names) {
    const missing = name === "e2e" ? missingRequirement() : undefined;
    if (missing !== undefined) {
      notes.push(`The end-to-end tests were not run: ${missing}.`);
      if (process.env["E2E"] === "required")
        results.push({ name, seconds: 0, passed: 0, failed: 1, skipped: 0, failures: [] });
      continue;
    }
    results.push(await runSuite(name).catch((error: unknown) => crashed(name, error)));
  }
  for (const line of [...failuresOf(results), "", ...tableOf(results), ...notes, closingLine(results)])
    console.log(line);
  if (totalsFile !== undefined) writeFileSync(totalsFile, `${closingLine(results)}\n`);
  return results.some(({ failed }) => failed > 0) ? 1 : 0;
}

/** A suite that could not be run at all: what stopped it is shown, and it counts as one failure. */
function crashed(name: string, error: unknown): SuiteResult {
  console.error(error instanceof Error ? error.message : error);
  return { name, seconds: 0, passed: 0, failed: 1, skipped: 0, failures: [] };
}

async function runSuite(name: string): Promise<SuiteResult> {
  await ensureBuilt();
  if (name === "e2e") await installEndToEnd();
  console.log(`\n== ${name}`);
  const scratch = mkdtempSync(join(tmpdir(), "claude-credentials-test-"));
  const [report, table] = [join(scratch, "report.json"), join(scratch, "table")];
  const started = Date.now();
  try {
    const args = ["run", "--project", name, "--reporter=default", "--reporter=json"];
    const { exitCode } = await execa(
      join(ROOT, "node_modules", ".bin", "vitest"),
      [...args, `--outputFile.json=${report}`],
      {
        ...{ cwd: ROOT, stdio: "inherit", reject: false },
        env: { FAULTS: process.env["FAULTS"] ?? "some", FAULTS_TABLE: table },
      },
    );
    if (name === "faults") console.log(describeFaults(report, table));
    return readSuiteResult(name, report, exitCode === 0, (Date.now() - started) / 1000);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The end-to-end tests have packages of their own (the real client), which only they need. */
async function installEndToEnd(): Promise<void> {
  const directory = join(ROOT, SUITES["e2e"] ?? "");
  if (!isInstallFresh(directory)) await execa("npm", ["ci"], { cwd: directory, stdio: "inherit" });
}

function hasTests(name: string): boolean {
  const directory = join(ROOT, SUITES[name] ?? "");
  if (!existsSync(directory)) return false;
  const entries = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return entries.some((entry) => entry.endsWith(".test.ts") && !entry.includes("node_modules"));
}

if (isMain(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { totals: { type: "string" } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !(name in SUITES));
  if (unknown.length > 0) {
    console.error(`no such suite: ${unknown.join(", ")} (there are ${Object.keys(SUITES).join(", ")})`);
    process.exitCode = 2;
  } else {
    const names = positionals.length > 0 ? positionals : Object.keys(SUITES).filter(hasTests);
    process.exitCode = await test(names, values.totals);
  }
}
