import { systemError } from "../errors.ts";
import { findProgram, runProgram } from "../inspect/programs.ts";
import { CREATED, type Done, type Of, UNCHANGED, UPDATED } from "./done.ts";
import type { FileSystem } from "./file-system.ts";
import { makeOwned } from "./make-owned.ts";
import { parentPath } from "./path.ts";

/** Makes a directory with its missing parents, or has `sudo` make it or give it to the user. */
export function makeDirectory(action: Of<"make-directory">, fs: FileSystem): Done {
  const { path, mode, owner, making, user } = action;
  if (making === "mkdir") {
    if (fs.lstat(path)?.type === "directory") return UNCHANGED;
    makeParents(fs, parentPath(path).toString(), action);
    makeOwned(fs, path, mode, owner);
    fs.chmod(path, mode);
    fs.syncDirectory(parentPath(path));
    return CREATED;
  }
  const sudo = findProgram("sudo") ?? "/usr/bin/sudo";
  if (making === "sudo-mkdir")
    checked(runProgram(sudo, ["-n", "mkdir", "-m", "0700", "--", path]).status, "mkdir", path);
  checked(
    runProgram(sudo, ["-n", "chown", "-h", `${user.uid.toString()}:${user.gid.toString()}`, "--", path])
      .status,
    "chown",
    path,
  );
  return making === "sudo-mkdir" ? CREATED : UPDATED;
}

/** Missing parents, as in a home that has no `.local` yet: with the mode that others expect of such directories. */
export function makeParents(fs: FileSystem, path: string, action: Of<"make-directory" | "link">): void {
  if (fs.lstat(path) !== null) return;
  makeParents(fs, parentPath(path).toString(), action);
  makeOwned(fs, path, 0o755, action.owner);
}

function checked(status: number | null, call: string, path: string): void {
  if (status === 0) return;
  throw systemError("EPERM", `sudo -n ${call} ${path} failed`, path);
}
