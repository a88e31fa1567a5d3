// Plain JavaScript, and Node's own modules alone: on a fresh clone `npm test` is the first thing that runs.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isInstallFresh } from "./fresh.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** @param {string} program @param {readonly string[]} args */
function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (error !== undefined) console.error(`${program}: ${error.message}`);
  return status ?? 1;
}

const installed = isInstallFresh(root) ? 0 : run("npm", ["ci"]);
const tsx = join(root, "node_modules", ".bin", "tsx");
process.exitCode = installed || run(tsx, [join(root, "scripts", "test.ts"), ...process.argv.slice(2)]);
