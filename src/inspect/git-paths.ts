import { belowTop, runGit } from "./git.ts";

/**
 * The paths in the index at and below `name` in a folder, from the repository's top, as bytes in latin1; null where git cannot say.
 * @param topForChild `top` as a working directory
 */
export function listTracked(folder: string, top: string, name: string, topForChild: string): string[] | null {
  const { status, stdout } = runGit(topForChild, [
    "ls-files",
    "--cached",
    "-z",
    "--",
    pathspec(folder, top, name),
  ]);
  return status === 0 ? splitNames(stdout) : null;
}

/**
 * The paths at and below `name` in any of these commits, as `listTracked` gives them; null where git cannot say.
 * Commits that are gone are passed over.
 */
export function listCommitted(
  folder: string,
  top: string,
  name: string,
  commits: readonly string[],
  topForChild: string,
): string[] | null {
  const asked = runGit(
    topForChild,
    ["cat-file", "--batch-check=%(objectname) %(objecttype)"],
    commits.map((commit) => `${commit}^{tree}\n`).join(""),
  );
  if (asked.status !== 0) return null;
  const trees = new Set(
    asked.stdout.split("\n").flatMap((line) => /^([0-9a-f]+) tree$/.exec(line)?.[1] ?? []),
  );
  const listed = runGit(
    topForChild,
    ["diff-tree", "--stdin", "-r", "-z", "--name-only", "--no-renames", "--", pathspec(folder, top, name)],
    [...trees].map((tree) => `${EMPTY_TREE[tree.length] ?? ""} ${tree}\n`).join(""),
  );
  if (listed.status !== 0) return null;
  // Each comparison begins with a line that names the two.
  const names = splitNames(listed.stdout).map((text) =>
    text.replace(/^(?:[0-9a-f]{40,64} [0-9a-f]{40,64}\n)+/, ""),
  );
  return [...new Set(names)].filter((text) => text !== "");
}

/** The name of the tree without entries, which git knows in every repository, by the length of its names. */
const EMPTY_TREE: Readonly<Record<number, string>> = {
  40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
};

/** Matched in any case (a file system of the host's may be blind to it), and not as a pattern. */
function pathspec(folder: string, top: string, name: string): string {
  return `:(icase,literal)${belowTop(folder, top, name)}`;
}

function splitNames(text: string): string[] {
  return text.split("\0").filter((name) => name !== "");
}
