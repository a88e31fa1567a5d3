import { basename, dirname } from "node:path";
import type { FileSystem } from "../apply/file-system.ts";
import { joinPath } from "../apply/path.ts";
import { CONFIG_NAME, GIT_STORE_NAME, lastKnownGoodLayout, SECRETS_NAME, storeLayout } from "../layout.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import { findRepository } from "./repository.ts";

/**
 * Where copies of a login lie beside the live one: in the store's backups and in the copy of the last known good one.
 * @param directory the real configuration directory
 */
export function findLoginCopies(fs: FileSystem, directory: string): Buffer[] {
  if (basename(directory) !== CONFIG_NAME) return [];
  const root = dirname(directory);
  const backups = [storeLayout(root).backups];
  const copies: string[] = [];
  if (basename(root) === SECRETS_NAME) {
    const workspace = dirname(root);
    const repository = findRepository(fs, workspace);
    if (repository !== null && repository.gitDirectory !== null) {
      const gitStore = `${repository.gitDirectory}/${GIT_STORE_NAME}`;
      const below = workspace === repository.top ? "" : workspace.slice(repository.top.length);
      const known = lastKnownGoodLayout(gitStore, below);
      copies.push(known.credential, known.state);
      backups.push(storeLayout(gitStore).backups);
    }
  }
  return [
    ...copies.filter((path) => fs.lstat(path)?.type === "file").map((path) => Buffer.from(path)),
    ...backups.flatMap((path) => credentialsBelow(fs, Buffer.from(path))),
  ];
}

/** The credential itself, and it with a number behind. */
function credentialsBelow(fs: FileSystem, directory: Buffer): Buffer[] {
  if (fs.lstat(directory)?.type !== "directory") return [];
  return fs.list(directory).flatMap((name) => {
    const path = joinPath(directory, name);
    const type = fs.lstat(path)?.type;
    if (type === "directory") return credentialsBelow(fs, path);
    return type === "file" && name.toString("latin1").startsWith(CREDENTIAL_NAME) ? [path] : [];
  });
}
