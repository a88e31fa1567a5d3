import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { testBed } from "../../test/e2e/support/bed.ts";
import { withClient } from "../../test/e2e/support/client.ts";
import type { DevContainer } from "../../test/e2e/support/container.ts";
import { developerCall, devcontainerScript } from "../../test/e2e/support/developer.ts";
import { makeAccount } from "../../test/e2e/support/fake-account.ts";
import { startFakeAnthropic } from "../../test/e2e/support/fake-anthropic.ts";
import { createProject, type Project } from "../../test/e2e/support/project.ts";
import { castOf, textOf, type Scene } from "./cast.ts";
import { framesOf } from "./frames.ts";
import { neutral } from "./neutral.ts";
import { renderSvg } from "./render-svg.ts";
import { openShell, promptOf, type Shell } from "./shell.ts";

const PICTURE = fileURLToPath(new URL("../../docs/login-survives-rebuild.svg", import.meta.url));
const SIZE = { columns: 80, rows: 26 };
const STORY = {
  title: "A login to Claude Code outlives a rebuild of its dev container",
  description:
    "A terminal. In a dev container, claude auth login is typed, and claude-credentials status says that the login " +
    "outlives rebuilds. On the host, devcontainer up --remove-existing-container makes the container anew. In the new " +
    "container claude-credentials status says that the user is still logged in, and claude -p gets an answer.",
};
const CONTAINER_PROMPT = prompt(32, "vscode@container", "/workspaces/demo");
const HOST_PROMPT = prompt(35, "you@host", "~/demo");

it("records the login, the rebuild and the login that is still there", async () => {
  const fake = await startFakeAnthropic({ ...makeAccount(), email: "dev@example.com" });
  onTestFinished(() => fake.close());
  const project = await createProject({ name: "demo", devcontainer: withClient(fake) });
  const before = await project.up();

  const first = await shellIn(before, {
    CLAUDE_CODE_OAUTH_REFRESH_TOKEN: fake.issueRefreshToken(),
    CLAUDE_CODE_OAUTH_SCOPES: "user:inference user:profile",
  });
  const scenes: Scene[] = [await first.run("claude auth login")];
  scenes.push(await first.run("claude-credentials status"));
  const host = await shellOn(project);
  scenes.push(await host.run("devcontainer up --remove-existing-container |& tail -n 3", 150_000));
  const after = await project.up();
  expect(after.id, "the container is another one").not.toBe(before.id);
  const second = await shellIn(after);
  scenes.push(await second.run("claude-credentials status"));
  const last = await second.run('claude -p "ping"');
  scenes.push(last);

  const cast = neutral(castOf(scenes, last.prompt), [before.id, after.id]);
  const { directory, registry } = testBed();
  const traces = [directory, registry, fake.tokens.canary, before.id, after.id, hostname(), "127.0.0.1"];
  expect(
    traces.filter((trace) => textOf(cast).includes(trace)),
    "what is this machine's alone",
  ).toEqual([]);
  const frames = await framesOf(cast, SIZE.columns, SIZE.rows);
  const end = frames.at(-1)?.rows.map((row) => row.map(({ text }) => text).join(""));
  expect(end, "the client is still logged in").toContain("pong");
  writeFileSync(PICTURE, renderSvg(frames, { ...SIZE, length: cast.length }, STORY));
});

/** A shell as the remote user. The environment goes by the one of docker, since arguments can be read by everybody. */
async function shellIn(container: DevContainer, env: Readonly<Record<string, string>> = {}): Promise<Shell> {
  const shown = { ...env, PS1: promptOf(CONTAINER_PROMPT), LANG: "C.UTF-8", TERM: "xterm-256color" };
  const where = ["--user", container.user, "--workdir", container.workspaceFolder];
  const names = Object.keys(shown).flatMap((name) => ["--env", name]);
  const bash = ["bash", "--noprofile", "--norc", "-i"];
  return await opened(
    ["docker", "exec", "--interactive", "--tty", ...where, ...names, container.id, ...bash],
    {
      ...testBed().env,
      ...shown,
    },
  );
}

/** A shell as the developer in his project on the host, where `devcontainer` is the pinned CLI. */
async function shellOn(project: Project): Promise<Shell> {
  const programs = join(dirname(project.path), "bin");
  const command = join(programs, "devcontainer");
  mkdirSync(programs);
  // As the end-to-end tests call it: they have no buildkit.
  writeFileSync(
    command,
    `#!/bin/sh\nexec '${process.execPath}' '${devcontainerScript()}' "$@" --buildkit never --no-lockfile\n`,
  );
  chmodSync(command, 0o755);
  const bash = ["env", "--chdir", project.path, "bash", "--noprofile", "--norc", "-i"];
  const { args, env } = developerCall(project.owner, bash);
  const path = `${programs}:${process.env["PATH"] ?? ""}`;
  return await opened(["unshare", ...args], { ...env, PATH: path, PS1: promptOf(HOST_PROMPT) });
}

async function opened(command: readonly string[], env: Readonly<Record<string, string>>): Promise<Shell> {
  const shell = await openShell({ command, env, ...SIZE });
  onTestFinished(shell.close);
  return shell;
}

function prompt(colour: number, who: string, where: string): string {
  return `\\[\\e[1;${colour}m\\]${who}\\[\\e[0m\\]:\\[\\e[34m\\]${where}\\[\\e[0m\\]$ `;
}
