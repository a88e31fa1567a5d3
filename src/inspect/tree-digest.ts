import { createHash, type Hash } from "node:crypto";
import type { FileSystem } from "../apply/file-system.ts";
import { joinPath } from "../apply/path.ts";

/**
 * A digest of a tree's names, kinds, sizes and modification times: tells one image's files from another's
 * without reading them. Null where there is nothing in it.
 */
export function treeDigest(fs: FileSystem, root: string): string | null {
  if (fs.lstat(root)?.type !== "directory") return null;
  const hash = createHash("sha256");
  return addDirectory(fs, root, Buffer.alloc(0), hash) === 0 ? null : hash.digest("hex");
}

function addDirectory(fs: FileSystem, root: string, relative: Buffer, hash: Hash): number {
  const names = fs.list(relative.length === 0 ? root : joinPath(root, relative));
  for (const name of names) {
    const path = joinPath(relative, name);
    const stat = fs.lstat(joinPath(root, path));
    if (stat === null) continue;
    const time = stat.type === "file" ? stat.modifiedNs.toString() : "";
    hash
      .update(path)
      .update(`\0${stat.type}\0${stat.type === "file" ? stat.size.toString() : ""}\0${time}\0`);
    if (stat.type === "directory") addDirectory(fs, root, path, hash);
  }
  return names.length;
}

export function digestOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
