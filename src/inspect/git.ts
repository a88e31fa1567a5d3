import { findProgram, runProgram } from "./programs.ts";

/** What the git program says about a folder: whether the index holds anything at or below it. */
export type GitAnswer = "tracked" | "not-tracked" | "no-answer";

/**
 * Asks in a way that runs nothing of the repository's (measured: `ls-files` executes `core.fsmonitor`) and is
 * not refused for the repository's owner. The name is matched in any case: a file system of the host's may be
 * blind to it.
 */
export function askGitTracked(workspace: string, top: string, name: string): GitAnswer {
  const { status, stdout } = runGit(workspace, top, ["ls-files", "--cached", "-z", "--", `:(icase)${name}`]);
  if (status !== 0) return "no-answer";
  return stdout === "" ? "not-tracked" : "tracked";
}

/** Whether git ignores the folder `name` itself, which must be there; null where it cannot say. */
export function askGitIgnored(workspace: string, top: string, name: string): boolean | null {
  const { status } = runGit(workspace, top, ["check-ignore", "--quiet", "--no-index", "--", name]);
  return status === 0 ? true : status === 1 ? false : null;
}

const QUIET = {
  "safe.directory": "*",
  "core.fsmonitor": "false",
  "core.hooksPath": "/dev/null",
  "core.pager": "cat",
};

/**
 * The repository is named outright: then no version of git refuses it for its owner (before 2.38 `-c safe.directory`
 * is not heard), and no `core.worktree` of the repository's own leads elsewhere.
 * @param top the folder that holds `.git`
 */
function runGit(
  workspace: string,
  top: string,
  args: readonly string[],
): { status: number | null; stdout: string } {
  const git = findProgram("git");
  if (git === null) return { status: null, stdout: "" };
  const settings = Object.entries(QUIET).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const repository = [`--git-dir=${top === "/" ? "" : top}/.git`, `--work-tree=${top}`];
  const flags = [...settings, ...repository, "--no-pager", "--no-optional-locks", "-C", workspace];
  return runProgram(git, [...flags, ...args], {
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
  });
}
