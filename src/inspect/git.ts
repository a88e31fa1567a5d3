import { findProgram, runProgram } from "./programs.ts";

/** What the git program says about a folder: whether the index holds anything at or below it. */
export type GitAnswer = "tracked" | "not-tracked" | "no-answer";

/**
 * Asks in a way that runs nothing of the repository's (measured: `ls-files` executes `core.fsmonitor`) and is
 * not refused for the repository's owner. The name is matched in any case: a file system of the host's may be
 * blind to it.
 */
export function askGitTracked(workspace: string, name: string): GitAnswer {
  const git = findProgram("git");
  if (git === null) return "no-answer";
  const { status, stdout } = runProgram(
    git,
    [
      ...[
        "-c",
        "safe.directory=*",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "core.pager=cat",
      ],
      ...["--no-pager", "--no-optional-locks", "-C", workspace],
      ...["ls-files", "--cached", "-z", "--", `:(icase)${name}`],
    ],
    {
      HOME: "/nonexistent",
      XDG_CONFIG_HOME: "/nonexistent",
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_OPTIONAL_LOCKS: "0",
      GIT_TERMINAL_PROMPT: "0",
      GIT_PAGER: "cat",
    },
  );
  if (status !== 0) return "no-answer";
  return stdout === "" ? "not-tracked" : "tracked";
}
