import { findProgram, runProgram } from "./programs.ts";

/** What the git program says about a folder: whether the index holds anything at or below it. */
export type GitAnswer = "tracked" | "not-tracked" | "no-answer";

/**
 * Asks in a way that runs nothing of the repository's (measured: `ls-files` executes `core.fsmonitor`) and is
 * not refused for the repository's owner. The name is matched in any case: a file system of the host's may be
 * blind to it.
 * @param topForChild `top` as a working directory, where that is another path
 */
export function askGitTracked(workspace: string, top: string, name: string, topForChild = top): GitAnswer {
  const path = `:(icase,literal)${belowTop(workspace, top, name)}`;
  const { status, stdout } = runGit(topForChild, ["ls-files", "--cached", "-z", "--", path]);
  if (status !== 0) return "no-answer";
  return stdout === "" ? "not-tracked" : "tracked";
}

/** Whether git ignores the folder `name` itself, which must be there; null where it cannot say. */
export function askGitIgnored(
  workspace: string,
  top: string,
  name: string,
  topForChild = top,
): boolean | null {
  const path = belowTop(workspace, top, name);
  const { status } = runGit(topForChild, ["check-ignore", "--quiet", "--no-index", "--", path]);
  return status === 0 ? true : status === 1 ? false : null;
}

const QUIET = {
  "safe.directory": "*",
  "core.fsmonitor": "false",
  "core.hooksPath": "/dev/null",
  "core.pager": "cat",
};

/** The path of `name` in a folder, from the repository's top. */
export function belowTop(workspace: string, top: string, name: string): string {
  return workspace === top ? name : `${workspace.slice(top === "/" ? 1 : top.length + 1)}/${name}`;
}

/**
 * The repository is named outright: then no version of git refuses it for its owner (before 2.38 `-c safe.directory`
 * is not heard), and no `core.worktree` of the repository's own leads elsewhere.
 * @param top the folder that holds `.git`, as a working directory
 */
export function runGit(
  top: string,
  args: readonly string[],
  input?: string,
): { status: number | null; stdout: string } {
  const git = findProgram("git");
  if (git === null) return { status: null, stdout: "" };
  const settings = Object.entries(QUIET).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const flags = [...settings, "--git-dir=.git", "--work-tree=.", "--no-pager", "--no-optional-locks"];
  const env = {
    HOME: "/nonexistent",
    XDG_CONFIG_HOME: "/nonexistent",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_PAGER: "cat",
    // A partial clone would fetch what it lacks, by a program that the repository names.
    GIT_ALLOW_PROTOCOL: "none",
    GIT_NO_LAZY_FETCH: "1",
  };
  return runProgram(git, [...flags, ...args], { env, cwd: top, ...(input === undefined ? {} : { input }) });
}
