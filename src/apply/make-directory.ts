import { basename } from "node:path";
import { isErrno, systemError } from "../errors.ts";
import { findProgram, runProgram } from "../inspect/programs.ts";
import { adjustMode } from "./adjust-mode.ts";
import { CREATED, type Done, type Of, UNCHANGED, UPDATED } from "./done.ts";
import type { AnchoredFileSystem } from "./anchored-file-system.ts";
import type { FileSystem, Owner } from "./file-system.ts";
import { makeOwned } from "./make-owned.ts";
import { parentPath } from "./path.ts";

/** Makes a directory with its missing parents, or has `sudo` make it or give it to the user. */
export function makeDirectory(action: Of<"make-directory">, fs: AnchoredFileSystem): Done {
  const { path, mode, owner, making, user } = action;
  if (making === "mkdir") {
    if (fs.lstat(path)?.type === "directory") {
      // Another start made it. It is judged before anything secret is written in it.
      stayWith(fs, path);
      return UNCHANGED;
    }
    makeParents(fs, parentPath(path).toString(), action, makeShared);
    makeShared(fs, path, mode, owner);
    stayWith(fs, path);
    adjustMode(fs, path, mode);
    fs.syncDirectory(parentPath(path));
    return CREATED;
  }
  // Never by a path that somebody may lead elsewhere meanwhile.
  const [parent, name] = [parentPath(path).toString(), basename(path)];
  const cwd = fs.workingDirectory(parent);
  const sudo = findProgram("sudo") ?? "/usr/bin/sudo";
  const ids = `${user.uid.toString()}:${user.gid.toString()}`;
  const withSudo = (call: string, ...args: string[]): void => {
    checked(runProgram(sudo, ["-n", call, ...args], { cwd }).status, call, path);
  };
  if (making === "sudo-chown-tree") {
    const earlier = fs.lstat(path)?.uid.toString() ?? "";
    const theirs = ["(", "-user", "0", "-o", "-user", earlier, "!", "-user", user.uid.toString(), ")"];
    // The directory itself comes last: a pass that is cut short is begun anew.
    const all = ["-xdev", "-depth", "!", "-type", "l", ...theirs];
    withSudo("find", `./${name}`, ...all, "-exec", "chown", "-h", ids, "{}", "+");
    return UPDATED;
  }
  if (making === "sudo-mkdir") withSudo("mkdir", "-m", "0700", "--", name);
  withSudo("chown", "-h", ids, "--", name);
  stayWith(fs, path);
  return making === "sudo-mkdir" ? CREATED : UPDATED;
}

function stayWith(fs: AnchoredFileSystem, path: string): void {
  if (!fs.hold(path)) throw systemError("ESTALE", `'${path}' is no directory any more`, path);
}

/** `makeOwned`, also where another start is at work in the new directory before it can be held: as if that had made it. */
function makeShared(fs: AnchoredFileSystem, path: string, mode: number, owner: Owner | null): void {
  try {
    makeOwned(fs, path, mode, owner);
  } catch (error) {
    if (!isErrno(error, "ESTALE") || !fs.hold(path)) throw error;
  }
}

/** Missing parents, as in a home that has no `.local` yet: with the mode that others expect of such directories. */
export function makeParents<F extends FileSystem>(
  fs: F,
  path: string,
  action: Of<"make-directory" | "link">,
  make: (fs: F, path: string, mode: number, owner: Owner | null) => void = makeOwned,
): void {
  if (fs.lstat(path) !== null) return;
  makeParents(fs, parentPath(path).toString(), action, make);
  make(fs, path, 0o755, action.owner);
}

function checked(status: number | null, call: string, path: string): void {
  if (status === 0) return;
  throw systemError("EPERM", `sudo -n ${call} ${path} failed`, path);
}
