import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DemoError } from "./prepare.mjs";
import { run } from "./run.mjs";

// Whatever hooks, signing or templates the person has: none of them has a part in this.
const OWN = ["-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false", "-c", "user.name=Demo"];
const GIT = [...OWN, "-c", "user.email=demo@example.com", "-c", "safe.directory=*"];

/**
 * Makes a small project in `folder`: a git repository where git is installed, a devcontainer.json without our
 * Feature, and then `init`, as a user would type it.
 * @returns {Promise<boolean>} whether git is there
 */
export async function makeProject(folder, image, bundle, screen) {
  mkdirSync(join(folder, ".devcontainer"), { recursive: true });
  writeFileSync(join(folder, "README.md"), "# A project\n");
  const config = join(folder, ".devcontainer/devcontainer.json");
  writeFileSync(config, `{\n  // Any image with Node 18.19 or newer will do.\n  "image": "${image}"\n}\n`);
  const hasGit = (await git(folder, ["init", "--quiet", "--template="])).ok;
  screen.abbreviate(folder, "PROJECT");
  screen.line(`PROJECT is ${folder}`);
  screen.command("npx claude-credentials init PROJECT");
  const { ok, stdout, stderr } = await run(process.execPath, [bundle, "init", folder]);
  if (!ok) throw new DemoError(`claude-credentials init failed:\n${stdout}${stderr}`);
  screen.output(stdout + stderr);
  screen.line(".devcontainer/devcontainer.json is now:");
  screen.output(readFileSync(config, "utf8"));
  if (hasGit) {
    await git(folder, ["add", "--all"]);
    const committed = await git(folder, ["commit", "--quiet", "--message", "A project with the Feature"]);
    if (!committed.ok) throw new DemoError(`git commit failed:\n${committed.stderr}`);
  }
  return hasGit;
}

/** What `git status` says about the project: nothing, if all is as committed. */
export async function readGitStatus(folder) {
  return (await git(folder, ["status", "--porcelain", "--untracked-files=all"])).stdout;
}

function git(folder, args) {
  return run("git", [...GIT, ...args], { cwd: folder });
}
