import { randomBytes } from "node:crypto";
import * as path from "node:path";
import type { FileSystem } from "../apply/file-system.ts";

const LEFTOVER = /^\.claude-credentials-incoming-[0-9a-f]{16}$/;

/** A name in `folder` that nothing has, for a file that is to be swapped in. */
export function temporaryIn(folder: string): string {
  return path.join(folder, `.claude-credentials-incoming-${randomBytes(8).toString("hex")}`);
}

/** True for such a name: a file that has it was left by an interrupted run. */
export function isLeftover(name: string): boolean {
  return LEFTOVER.test(name);
}

/** The paths of what interrupted runs left in `folder`; none where that is no folder. */
export function findLeftovers(fs: FileSystem, folder: string): string[] {
  if (fs.stat(folder)?.type !== "directory") return [];
  const names = fs.list(folder).map((name) => name.toString("utf8"));
  return names
    .filter(isLeftover)
    .map((name) => path.join(folder, name))
    .filter((file) => fs.lstat(file)?.type === "file");
}
