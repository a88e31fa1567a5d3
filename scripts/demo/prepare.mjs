import { join } from "node:path";
import { isBuildFresh, isInstallFresh } from "../fresh.mjs";
import { run } from "./run.mjs";

/** Something that the demo cannot do without failed: its message is all that is worth showing. */
export class DemoError extends Error {}

/**
 * Installs the dependencies and builds the Feature, each only where it is missing or old.
 * @param {string} root the checkout
 * @returns {Promise<string>} absolute path of the bundle
 */
export async function prepare(root, screen) {
  if (!isInstallFresh(root)) await step(root, screen, "npm ci", ["ci", "--no-audit", "--no-fund"]);
  if (!isBuildFresh(root)) await step(root, screen, "npm run build", ["run", "build"]);
  return join(root, "dist/features/src/claude-credentials/claude-credentials.mjs");
}

async function step(root, screen, name, args) {
  await screen.wait(name, async () => {
    const { ok, stdout, stderr } = await npm(args, root);
    if (!ok) throw new DemoError(`${name} failed:\n${stderr}${stdout}`);
  });
}

/** The npm that runs us, where one does; else the one on PATH. */
function npm(args, cwd) {
  const script = process.env.npm_execpath;
  if (script?.endsWith(".js") === true) return run(process.execPath, [script, ...args], { cwd });
  return run("npm", args, { cwd });
}
