import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DemoError } from "./prepare.mjs";
import { makeProject, readGitStatus } from "./project.mjs";
import { run } from "./run.mjs";

const IN_HOME = readFileSync(new URL("in-home.mjs", import.meta.url), "utf8");
/** The person's own login, store and proxy have no part in this. */
const FOREIGN = /^(CLAUDE|ANTHROPIC)_/;

/**
 * A place without Docker: both halves of the Feature, `install` and `start`, on a scratch home. Each life of the
 * home begins as the image build leaves it.
 * @param {{ folder: string, id: string, bundle: string, image: string }} setting
 */
export function createScratchPlace({ folder, id, bundle, image }) {
  const home = join(folder, "home");
  const project = join(folder, `demo-${id}`);
  const installed = join(folder, "image/claude-credentials.mjs");
  const inherited = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name));
  const env = { ...Object.fromEntries(inherited), HOME: home };
  const here = ["--home", home, "--workspace", project];
  let hasGit = false;
  let lives = 0;

  const bundled = (args, extra = {}) =>
    run(process.execPath, [installed, ...args], { cwd: project, env: { ...env, ...extra } });

  return {
    what: "home",

    async addFeature(screen) {
      screen.abbreviate(home, "~");
      screen.abbreviate(dirname(installed), "IMAGE");
      hasGit = await makeProject(project, image, bundle, screen);
      mkdirSync(dirname(installed));
      for (const name of readdirSync(dirname(bundle)).filter((one) => one.endsWith(".mjs")))
        copyFileSync(join(dirname(bundle), name), join(dirname(installed), name));
      // As install.sh writes the options down. The deny rules for the agent belong to a machine: not here.
      writeFileSync(join(dirname(installed), "options.env"), "CLAUDE_CREDENTIALS_OPTION_GUARD='false'\n");
    },

    async create(screen) {
      mkdirSync(home, { mode: 0o700 });
      lives += 1;
      // Without a name the user is whose home it is.
      const user = { _REMOTE_USER: "", _REMOTE_USER_HOME: home };
      screen.command("claude-credentials install      (the half that runs when the image is built)");
      report(await bundled(["install"], user), "install", screen);
      screen.command("claude-credentials start        (the half that runs when the container is made)");
      report(await bundled(["start", ...here, "--devcontainer-id", id]), "start", screen);
      return lives === 1 ? "the first one" : "a new one";
    },

    async throwAway(screen) {
      screen.command(`rm -rf ${home}`);
      rmSync(home, { recursive: true });
      screen.line("What is left is the project's folder.");
    },

    command: ([name, ...args]) => bundled([name, ...here, ...args]),

    async inHome(what) {
      const args = ["--input-type=module", "-", what];
      const { ok, stdout, stderr } = await run(process.execPath, args, { env, input: IN_HOME });
      if (!ok) throw new DemoError(`the ${what} failed:\n${stderr}`);
      return JSON.parse(stdout);
    },

    gitStatus: async () => (hasGit ? await readGitStatus(project) : null),
  };
}

function report({ ok, stdout, stderr }, name, screen) {
  if (!ok) throw new DemoError(`claude-credentials ${name} failed:\n${stderr}${stdout}`);
  if (stdout + stderr !== "") screen.output(stdout + stderr);
}
