import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** An entry of a declared tree. */
export type Entry =
  | { readonly type: "file"; readonly content: string; readonly mode: number }
  | { readonly type: "directory"; readonly mode: number }
  | { readonly type: "symlink"; readonly text: string }
  | { readonly type: "fifo" };

/** Entries by their path below the tree's root; a string is a file of mode 0644, and parents come into being by themselves. */
export type Tree = Readonly<Record<string, Entry | string>>;

export function file(content: string, mode = 0o600): Entry {
  return { type: "file", content, mode };
}

export function directory(mode = 0o755): Entry {
  return { type: "directory", mode };
}

export function symlink(text: string): Entry {
  return { type: "symlink", text };
}

export function fifo(): Entry {
  return { type: "fifo" };
}

/** When everything in a declared tree was last changed, unless a test says otherwise: long ago. */
export const TREE_TIME = new Date(Date.UTC(2026, 0, 1));

/** A new directory that is removed when the test ends, whatever modes its content has by then. */
export function temporaryDirectory(): string {
  const root = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), "claude-credentials-test-"));
  onTestFinished(() => {
    removeTree(root);
  });
  return root;
}

/** Builds a tree in a new temporary directory. @returns the directory's path */
export function buildTree(tree: Tree): string {
  const root = temporaryDirectory();
  addToTree(root, tree);
  return root;
}

/** Adds entries to a directory; an entry of the same path must not be there, except for a directory. */
export function addToTree(root: string, tree: Tree): void {
  const directories: [string, number][] = [];
  for (const [name, entry] of Object.entries(tree)) {
    const path = join(root, name);
    fs.mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    const declared = typeof entry === "string" ? file(entry, 0o644) : entry;
    switch (declared.type) {
      case "file":
        fs.writeFileSync(path, declared.content, { flag: "wx" });
        fs.chmodSync(path, declared.mode);
        fs.utimesSync(path, TREE_TIME, TREE_TIME);
        break;
      case "directory":
        fs.mkdirSync(path, { recursive: true });
        directories.push([path, declared.mode]);
        break;
      case "symlink":
        fs.symlinkSync(declared.text, path);
        break;
      case "fifo":
        execFileSync("mkfifo", [path]);
        break;
    }
  }
  for (const [path, mode] of directories) fs.chmodSync(path, mode);
}

/**
 * What is at and below `root`: each path with type, mode and content or link text, such as
 * `"a/b": "file 0600 text"`, `"a": "directory 0700"`, `"l": "symlink target"`, `"p": "fifo"`.
 */
export function snapshot(root: string): Record<string, string> {
  const entries: Record<string, string> = {};
  const visit = (path: string, name: string): void => {
    const stat = fs.lstatSync(path);
    const mode = `0${(stat.mode & 0o7777).toString(8)}`;
    if (stat.isDirectory()) {
      if (name !== "") entries[name] = `directory ${mode}`;
      for (const child of fs.readdirSync(path).sort())
        visit(join(path, child), name === "" ? child : `${name}/${child}`);
    } else if (stat.isSymbolicLink()) {
      entries[name] = `symlink ${fs.readlinkSync(path)}`;
    } else if (stat.isFile()) {
      entries[name] = `file ${mode} ${fs.readFileSync(path, "utf8")}`;
    } else {
      entries[name] = stat.isFIFO() ? "fifo" : stat.isSocket() ? "socket" : "other";
    }
  };
  if (fs.lstatSync(root, { throwIfNoEntry: false }) !== undefined) visit(root, "");
  return entries;
}

function removeTree(path: string): void {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) {
    fs.chmodSync(path, 0o700);
    for (const name of fs.readdirSync(path)) removeTree(join(path, name));
    fs.rmdirSync(path);
  } else if (stat !== undefined) {
    fs.unlinkSync(path);
  }
}
