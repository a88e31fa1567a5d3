#!/usr/bin/env node
import { describeMissingPart } from "./missing-part.ts";

/** As `run` says it of what is no fault of the command that it was to run. */
const RUN_FAILED = 125;

// All else is loaded from here, and not imported: Node would end with a stack trace where a part is missing.
try {
  const { run } = await import("./program.ts");
  process.exitCode = await run(import.meta.url);
} catch (error) {
  const missing = describeMissingPart(error);
  if (missing === null) throw error;
  process.stderr.write(`claude-credentials: ${missing}\n`);
  process.exitCode = process.argv[2] === "run" ? RUN_FAILED : 1;
}
