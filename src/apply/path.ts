import type { Path } from "./file-system.ts";

const SLASH = Buffer.from("/");

/** `directory/name`, byte for byte. */
export function joinPath(directory: Path, name: Path): Buffer {
  const head = typeof directory === "string" ? Buffer.from(directory) : directory;
  const tail = typeof name === "string" ? Buffer.from(name) : name;
  return head.length === 0 ? tail : Buffer.concat([head, SLASH, tail]);
}

/** `relative` below `root`; the empty relative path is the root itself. */
export function below(root: Path, relative: Buffer): Buffer {
  if (relative.length > 0) return joinPath(root, relative);
  return typeof root === "string" ? Buffer.from(root) : root;
}

/** The path as text for a person; bytes that are no UTF-8 show as U+FFFD. */
export function pathText(path: Path): string {
  return typeof path === "string" ? path : path.toString("utf8");
}

/** The directory that holds `path`; the root's is the root. */
export function parentPath(path: Path): Buffer {
  const bytes = typeof path === "string" ? Buffer.from(path) : path;
  const slash = bytes.lastIndexOf(0x2f);
  return slash <= 0 ? SLASH : bytes.subarray(0, slash);
}
