import { dirname } from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { UserError } from "../errors.ts";
import { quote } from "../report/quote.ts";
import { askGitIgnored } from "./git.ts";
import { workTreeAround } from "./work-tree.ts";

/**
 * Refuses a target before anything is read: one that is there, that cannot be made, that lies in the login itself, and
 * one that git would take along.
 * @param login the directories that the login lies in
 * @throws UserError
 */
export function checkCaptureTarget(
  fs: FileSystem,
  to: string,
  isDirectory: boolean,
  login: readonly string[],
): void {
  const stat = fs.lstat(to);
  const isEmpty = isDirectory && stat?.type === "directory" && fs.list(to).length === 0;
  if (stat !== null && !isEmpty)
    throw new UserError(
      `capture: ${to} is there already`,
      `remove it first (rm -r -- ${quote(to)}), or choose another name`,
    );
  const parent = dirname(to);
  const real = fs.realpath(parent);
  if (real === null || fs.stat(parent)?.type !== "directory")
    throw new UserError(`capture: there is no directory ${parent}`, `make it: mkdir -p -- ${quote(parent)}`);
  if (!fs.canWrite(parent))
    throw new UserError(
      `capture: ${parent} cannot be written to`,
      "choose a place of your own, or ask for it",
    );
  if (login.some((directory) => `${real}/`.startsWith(`${fs.realpath(directory) ?? directory}/`)))
    throw new UserError(`capture: ${to} lies in the login's own directory`, "choose a place outside of it");
  const place = workTreeAround(fs, to);
  if (place === null) return;
  const { top, folder, name } = place;
  if (askGitIgnored(folder, top, isDirectory ? `${name}/` : name) === true) return;
  throw new UserError(
    `capture: git would take ${to} along: it lies in the work tree of ${top} and is not ignored there`,
    "choose a place outside of the repository, or have git ignore it (.git/info/exclude)",
  );
}
