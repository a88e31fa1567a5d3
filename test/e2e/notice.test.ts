import { expect, it } from "vitest";
import { testBed } from "./support/bed.ts";
import { logIn } from "./support/checks.ts";
import { run } from "./support/command.ts";
import type { DevContainer } from "./support/container.ts";
import { madeUpLogin } from "./support/logins.ts";
import { createProject } from "./support/project.ts";

/** What a terminal shows in which a shell was opened that says `here` and ends. */
const opened = (shell: string): string =>
  `TERM=dumb script -qec '${shell} -c "echo here"' /dev/null | tr -d '\\r'`;

async function openTerminal(container: DevContainer, shell: string): Promise<string> {
  return container.sh(opened(shell));
}

const TOLD = "claude-credentials: not logged in: claude auth login\n";

it("a terminal says nothing while somebody is logged in, and one line once, in whichever shell, when nobody is", async () => {
  const project = await createProject();
  const container = await project.up();
  await logIn(container, madeUpLogin("dev@example.com"));
  // zsh asks a person without one what is to be in it.
  await container.sh("touch ~/.zshrc");
  for (const shell of ["bash -i", "zsh -i", "fish -i", "bash -l -i", "sh -l -i"])
    expect(await openTerminal(container, shell), shell).toBe("here\n");

  await container.sh("rm ~/.claude/.credentials.json");
  expect(await openTerminal(container, "bash -i")).toBe(`${TOLD}here\n`);
  for (const shell of ["bash -i", "zsh -i", "fish -i", "bash -l -i", "sh -l -i"])
    expect(await openTerminal(container, shell), shell).toBe("here\n");

  for (const shell of ["zsh -i", "fish -i", "bash -l -i", "sh -l -i"]) {
    await container.sh("rm -r ~/.cache/claude-credentials/notice");
    expect(await openTerminal(container, shell), shell).toBe(`${TOLD}here\n`);
  }
  await container.sh("rm -r ~/.cache/claude-credentials/notice");
  expect(
    await container.sh("bash -i -c 'echo here' 2>&1 | grep -v 'job control\\|terminal process group'"),
  ).toBe("here\n");
  expect(await container.shAsRoot(opened("bash -i")), "root's own home is none of ours").toBe("here\n");
});

it("with the option `notice` off no startup file is touched, and no terminal says anything", async () => {
  const project = await createProject({ options: { notice: false } });
  const container = await project.up();
  expect(await openTerminal(container, "bash -i")).toBe("here\n");
  expect(await container.shAsRoot("grep -rl 'claude-credentials notice' /etc || true")).toBe("");
});

it("where no hook ever runs, the first terminal in the project links the home, and the login is there", async () => {
  const project = await createProject();
  const container = await project.up();
  const login = madeUpLogin("dev@example.com");
  await logIn(container, login);
  const image = await container.image();
  await container.remove();

  const script = `
    cd && touch ~/.zshrc && ${opened("bash -i")}
    readlink ~/.claude
    cd /workspaces/project && ${opened("bash -i")}
    readlink ~/.claude && cat ~/.claude/.credentials.json && echo
    ${opened("zsh -i")}`;
  const where = ["--volume", `${project.path}:/workspaces/project`, "--user", "vscode", "--network", "host"];
  const { stdout } = await run(
    "docker",
    ["run", "--rm", ...where, "--entrypoint", "", image, "sh", "-c", script],
    {
      env: testBed().env,
    },
  );
  expect(stdout.split("\n")).toEqual([
    "claude-credentials: a rebuild loses the login: claude-credentials status",
    "here",
    "/home/vscode/.local/share/claude-credentials/.claude-credentials",
    "here",
    "/workspaces/project/.git/claude-credentials/.claude-credentials",
    login.credential,
    "here",
    "",
  ]);
});
