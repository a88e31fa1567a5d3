import { lchownSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { makeProject, readGitStatus } from "./project.mjs";
import { DemoError } from "./prepare.mjs";
import { run } from "./run.mjs";

/** A public Dev Container image that has Node, which the Feature runs on. */
export const DEFAULT_IMAGE = "mcr.microsoft.com/devcontainers/javascript-node:20";

/** The label of every container that the demo makes; its value is the demo's id. */
export const LABEL = "claude-credentials-demo";
const IN_HOME = readFileSync(new URL("in-home.mjs", import.meta.url), "utf8");
/** The Node that the Feature found, wherever that is in the image. */
const NODE =
  '. /usr/local/share/claude-credentials/options.env && exec "${CLAUDE_CREDENTIALS_NODE:-node}" "$@"';

/** What the demo wanted from the network is not to be had. */
export class Unreachable extends DemoError {}

/** The version of the Docker daemon that answers, or null. */
export async function findDocker() {
  const { ok, stdout } = await run("docker", ["info", "--format", "{{.ServerVersion}}"], {
    timeoutMs: 15_000,
  });
  return ok && stdout.trim() !== "" ? stdout.trim() : null;
}

/**
 * A place where one life of the home is a real dev container.
 * @param {{ root: string, folder: string, id: string, bundle: string, image: string }} setting `folder`: the
 * demo's own folder; `id`: unique, in the names of all that it makes
 */
export function createDockerPlace({ root, folder, id, bundle, image }) {
  const project = join(folder, `demo-${id}`);
  const scratch = join(folder, "tmp");
  mkdirSync(scratch);
  const env = { ...process.env, TMPDIR: scratch };
  const label = `${LABEL}=${id}`;
  let container;
  let hasGit = false;

  const exec = (args, input) => {
    const inside = ["--user", container.remoteUser, "--workdir", container.remoteWorkspaceFolder];
    return run("docker", ["exec", "--interactive", ...inside, container.containerId, ...args], { input });
  };

  return {
    what: "container",

    /** Gets the image, where it is not here yet. */
    async pull(screen) {
      if ((await run("docker", ["image", "inspect", image])).ok) return;
      await screen.wait(`docker pull ${image}`, async () => {
        const { ok, stderr } = await run("docker", ["pull", image]);
        if (!ok) throw new Unreachable(`the image ${image} cannot be pulled: ${lastLine(stderr)}`);
      });
    },

    async addFeature(screen) {
      hasGit = await makeProject(project, image, bundle, screen);
      giveToDeveloper(project);
    },

    async create(screen, again) {
      const cli = join(root, "node_modules/@devcontainers/cli/devcontainer.js");
      // The CLI's own lockfile is no part of the story: a user commits it, and here git status has to be clean.
      const flags = ["--workspace-folder", project, "--id-label", label, "--no-lockfile"];
      const args = ["up", ...flags, ...(again ? ["--build-no-cache"] : [])];
      const shown = screen.paint("cyan", `$ devcontainer up${again ? " --build-no-cache" : ""}`);
      const { stdout, stderr } = await screen.wait(shown, async () => {
        const result = await run(process.execPath, [cli, ...args], { env });
        if (!result.ok) throw explain(result);
        return result;
      });
      container = JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}");
      if (!again) {
        screen.abbreviate(container.remoteWorkspaceFolder, "PROJECT");
        screen.line(`PROJECT is ${container.remoteWorkspaceFolder} in the container`);
      }
      screen.output(hookLines(stderr));
      return container.containerId.slice(0, 12);
    },

    async throwAway(screen) {
      screen.command(`docker rm --force ${container.containerId.slice(0, 12)}`);
      await run("docker", ["rm", "--force", "--volumes", container.containerId]);
      screen.line("What is left is the project's folder on the host.");
    },

    command: (args) => exec(["claude-credentials", ...args]),

    async inHome(what) {
      const { ok, stdout, stderr } = await exec(
        ["sh", "-c", NODE, "sh", "--input-type=module", "-", what],
        IN_HOME,
      );
      if (!ok) throw new DemoError(`the ${what} in the container failed:\n${stderr}`);
      return JSON.parse(stdout);
    },

    gitStatus: async () => (hasGit ? await readGitStatus(project) : null),
  };
}

/** A developer's project is not root's: where root runs the demo, it gets the first ordinary user's uid. */
function giveToDeveloper(project) {
  if (process.getuid?.() !== 0) return;
  for (const name of ["", ...readdirSync(project, { recursive: true })])
    lchownSync(join(project, name), 1000, 1000);
}

/** What the hooks said in the log of `devcontainer up`: their lines, and the indented ones below each. */
export function hookLines(log) {
  const lines = stripVTControlCharacters(log).split(/\r?\n/);
  const ours = [];
  for (const [index, line] of lines.entries()) {
    const continues = line.startsWith("  ") && lines[index - 1] === ours.at(-1);
    if (line.startsWith("claude-credentials: ") || (ours.length > 0 && continues)) ours.push(line);
  }
  return ours.join("\n");
}

function lastLine(text) {
  return text.trim().split("\n").at(-1) ?? "";
}

const NO_ANSWER =
  /\b(E(NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|HOSTUNREACH|NETUNREACH)|Could not resolve Feature manifest)\b/;

/** What stopped `devcontainer up`, as a person should read it. */
function explain({ stdout, stderr }) {
  const log = stripVTControlCharacters(`${stderr}\n${stdout}`);
  // Whatever a Feature names in `installsAfter` is looked up, though it is not installed: the registry has to answer.
  const isLookUp = log.includes("Resolving Feature dependencies") && !log.includes("Start: Run: docker");
  if (NO_ANSWER.test(log) && (isLookUp || log.includes("ghcr.io"))) {
    return new Unreachable(
      "ghcr.io does not answer: the devcontainer CLI looks up the Features there that ours is installed after (common-utils, node)",
    );
  }
  const end = log.trim().split("\n").slice(-25).join("\n");
  return new DemoError(`devcontainer up failed; the end of what it said:\n${end}`);
}
