import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { requireProgram } from "../../support/shell.ts";

const SOURCES = fileURLToPath(new URL(".", import.meta.url));
const CACHE = fileURLToPath(new URL("../../../node_modules/.cache/claude-credentials", import.meta.url));

/** Compiles `strike.c`, once for each state of its sources. @returns the program's path */
export function buildStrike(): string {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(
      "these tests follow system calls as Linux on x86-64 makes them; other machines leave them out",
    );
  const hash = createHash("sha256");
  for (const name of readdirSync(SOURCES).sort())
    if (/\.[ch]$/.test(name)) hash.update(readFileSync(join(SOURCES, name)));
  const program = join(CACHE, `strike-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(program)) return program;
  mkdirSync(CACHE, { recursive: true });
  const made = `${program}.${process.pid}`;
  const options = ["-O2", "-Wall", "-Wextra", "-Werror", "-o", made, join(SOURCES, "strike.c")];
  execFileSync(requireProgram("cc", "gcc libc6-dev"), options, { stdio: "pipe" });
  renameSync(made, program);
  return program;
}
