import type { FileSystem, Owner } from "../apply/file-system.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { UserError } from "../errors.ts";
import type { Environment } from "../options.ts";
import { findProgram, runProgram } from "./programs.ts";

/** Whose home is set up while the image is built. */
export interface RemoteUser {
  readonly home: string;
  readonly owner: Owner;
}

/**
 * The remote user as the devcontainer CLI names it at build (`_REMOTE_USER`, `_REMOTE_USER_HOME`), by numbers:
 * from `/etc/passwd`, from `id` where another source of names is in use, else the owner of the home.
 * @throws UserError where there is no such home.
 */
export function findRemoteUser(fs: FileSystem, env: Environment, fallbackHome: string): RemoteUser {
  const name = env["_REMOTE_USER"] ?? "";
  const entry = name === "" ? null : lookUp(fs, name);
  const home = nonEmpty(env["_REMOTE_USER_HOME"]) ?? entry?.home ?? fallbackHome;
  const stat = fs.stat(home);
  if (stat?.type !== "directory") {
    throw new UserError(
      `install: the remote user's home '${home}' is no directory`,
      "make the user in the image before this Feature is installed (the Feature common-utils does)",
      1,
    );
  }
  return { home, owner: entry?.owner ?? askId(name) ?? { uid: stat.uid, gid: stat.gid } };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

function lookUp(fs: FileSystem, name: string): { owner: Owner; home: string } | null {
  const passwd = readSmallFile(fs, "/etc/passwd", 16 * 1024 * 1024)?.toString("utf8") ?? "";
  for (const line of passwd.split("\n")) {
    const [user, , uid, gid, , home] = line.split(":");
    if ((user === name || uid === name) && uid !== undefined && gid !== undefined && home !== undefined) {
      return { owner: { uid: Number(uid), gid: Number(gid) }, home };
    }
  }
  return null;
}

function askId(name: string): Owner | null {
  const id = findProgram("id");
  if (name === "" || id === null) return null;
  const [uid, gid] = ["-u", "-g"].map((flag) => runProgram(id, [flag, "--", name]));
  if (uid?.status !== 0 || gid?.status !== 0) return null;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
