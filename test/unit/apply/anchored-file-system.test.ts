import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readlinkSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { anchored, type AnchoredFileSystem } from "../../../src/apply/anchored-file-system.ts";
import type { FileSystem } from "../../../src/apply/file-system.ts";
import { nodeFileSystem } from "../../../src/apply/node-file-system.ts";
import { findProgram, runProgram } from "../../../src/inspect/programs.ts";
import { buildTree, directory, snapshot, symlink } from "../../support/tree.ts";

const TREE = { "work/.git/store/config/a": "a", "evil/store/config/a": "evil" };

function holding(root: string, ...names: string[]): AnchoredFileSystem {
  const fs = anchored(nodeFileSystem);
  onTestFinished(() => {
    fs.release();
  });
  for (const name of names) fs.hold(join(root, name));
  return fs;
}

/** As somebody else does it who may write to the folder above. */
function swap(root: string, name: string, target: string): void {
  renameSync(join(root, name), join(root, `${name}-before`));
  symlinkSync(target, join(root, name));
}

function read(fs: FileSystem, path: string | Buffer): string {
  const descriptor = fs.openForReading(path);
  const into = Buffer.alloc(100);
  const count = fs.read(descriptor, into, 0);
  fs.close(descriptor);
  return into.toString("utf8", 0, count);
}

function write(fs: FileSystem, path: string, text: string): void {
  const descriptor = fs.openNew(path, 0o600);
  fs.write(descriptor, Buffer.from(text), 0);
  fs.close(descriptor);
}

/** Each call of the port that names a path, on a directory and on what lies in it. */
function everything(fs: FileSystem, root: string): void {
  const at = (name: string): string => join(root, "work/.git/store", name);
  const bytes = (name: string): Buffer => Buffer.from(at(name));
  fs.mkdir(at("made"), 0o700);
  write(fs, at("made/file"), "text");
  fs.symlink("../nowhere", bytes("made/link"));
  fs.link(bytes("made/file"), at("made/second"));
  fs.rename(at("made/second"), bytes("renamed"));
  fs.chmod(bytes("renamed"), 0o640);
  fs.chmod(at("made"), 0o750);
  fs.lchown(at("made"), { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 });
  fs.lutimes(at("made"), 1_000_000_000n, 2_000_000_000n);
  fs.syncDirectory(at("made"));
  fs.syncFileSystem(at("made"));
  expect(fs.lstat(at("made"))).toMatchObject({ type: "directory", mode: 0o750, modifiedNs: 2_000_000_000n });
  expect(fs.stat(bytes("made/file"))).toMatchObject({ type: "file" });
  expect(fs.stat(at("made/link"))).toBeNull();
  expect(fs.readlink(at("made/link")).toString()).toBe("../nowhere");
  expect(fs.list(bytes("made")).map(String)).toEqual(["file", "link"]);
  expect(fs.canWrite(at("made"))).toBe(true);
  expect(fs.accessOf(at("renamed"))).toBe("write");
  expect(fs.freeSpace(at("made")).bytes).toBeGreaterThan(0);
  expect(read(fs, at("config/a"))).toBe("a");
  fs.unlink(at("made/link"));
  fs.unlink(bytes("made/file"));
  fs.rmdir(at("made"));
  expect(fs.lstat(at("made"))).toBeNull();
}

test("every call works alike on what is held and on what is not", () => {
  const [left, right] = [buildTree(TREE), buildTree(TREE)];
  everything(nodeFileSystem, left);
  everything(holding(right, "work", "work/.git/store", "work/.git/store/config"), right);
  expect(snapshot(right)).toEqual(snapshot(left));
});

test.each(["work", "work/.git", "work/.git/store"])(
  "F06: with %s swapped for a symlink all calls go to the directory that was held",
  (swapped) => {
    const root = buildTree(TREE);
    const fs = holding(root, "work", "work/.git/store", "work/.git/store/config");
    const target = join(
      root,
      { work: "evil", "work/.git": "evil", "work/.git/store": "evil/store" }[swapped] ?? "",
    );
    swap(root, swapped, target);
    const before = snapshot(join(root, "evil"));
    everything(fs, root);
    expect(snapshot(join(root, "evil"))).toEqual(before);
  },
);

test("F06: what is missing when it is to be held is held once it was made", () => {
  const root = buildTree({ "work/.git": directory(), evil: directory() });
  const fs = holding(root, "work");
  const store = join(root, "work/.git/store");
  expect(fs.hold(join(store, "config"))).toBe(false);
  fs.mkdir(store, 0o700);
  swap(root, "work/.git/store", join(root, "evil"));
  fs.mkdir(join(store, "config"), 0o700);
  write(fs, join(store, "config/a"), "a");
  expect(readdirSync(join(root, "evil"))).toEqual([]);
  expect(readFileSync(join(root, "work/.git/store-before/config/a"), "utf8")).toBe("a");
});

test("F06: nothing is found or made below a directory that was missing and is somebody else's now", () => {
  const root = buildTree({ "work/.git": directory(), "evil/config/a": "evil" });
  const fs = holding(root, "work", "work/.git/store", "work/.git/store/config");
  const store = join(root, "work/.git/store");
  symlinkSync(join(root, "evil"), store);
  const nothing = (): unknown => expect.objectContaining({ code: "ENOENT", path: join(store, "config/b") });
  expect(fs.lstat(store)?.type).toBe("symlink");
  expect(fs.lstat(join(store, "config/a"))).toBeNull();
  expect(fs.realpath(join(store, "config"))).toBeNull();
  expect(fs.canWrite(join(store, "config"))).toBe(false);
  expect(() => fs.openNew(join(store, "config/b"), 0o600)).toThrow(nothing());
  expect(() => {
    fs.rename(join(root, "work"), join(store, "config/b"));
  }).toThrow(nothing());
});

test.each<[string, (made: string, root: string) => void]>([
  [
    "a symlink",
    (made, root) => {
      symlinkSync(join(root, "evil"), made);
    },
  ],
  [
    "a directory with something in it",
    (made, root) => {
      renameSync(join(root, "evil"), made);
    },
  ],
])("F06: %s in the place of a directory just made is refused", (_, put) => {
  const root = buildTree({ work: directory(), "evil/settings.json": "evil" });
  const made = join(root, "work/store");
  const quick: FileSystem = {
    ...nodeFileSystem,
    mkdir: (path, mode) => {
      nodeFileSystem.mkdir(path, mode);
      renameSync(made, join(root, "work/taken"));
      put(made, root);
    },
  };
  const fs = anchored(quick);
  fs.hold(join(root, "work"));
  fs.hold(made);
  expect(() => {
    fs.mkdir(made, 0o700);
  }).toThrow(expect.objectContaining({ code: "ESTALE", path: made }));
  expect(() => fs.openNew(join(made, "format"), 0o600)).toThrow(expect.objectContaining({ code: "ENOENT" }));
  fs.release();
});

test("a lock made in a held directory stays what its name leads to", () => {
  const root = buildTree({ work: directory() });
  const fs = holding(root, "work");
  const lock = join(root, "work/.claude.lock");
  fs.mkdir(lock, 0o700);
  const mine = fs.lstat(lock)?.inode;
  renameSync(lock, `${lock}-taken`);
  mkdirSync(lock);
  expect(fs.lstat(lock)?.inode).not.toBe(mine);
});

test("no component is entered through a symlink, the last one neither", () => {
  const root = buildTree({ "work/a/store/x": "", "work/link": symlink("a"), "work/a/l": symlink("store") });
  const fs = holding(root, "work");
  expect(fs.hold(join(root, "work/link/store"))).toBe(false);
  expect(fs.hold(join(root, "work/a/l"))).toBe(false);
  expect(fs.hold(join(root, "work/a/store/x"))).toBe(false);
  expect(fs.hold(join(root, "work/a/store"))).toBe(true);
});

test("names with any bytes and the names of its neighbours are told apart", () => {
  const root = buildTree({ "wörk/in": "in", "wörk-2/in": "beside" });
  const fs = holding(root, "wörk");
  renameSync(join(root, "wörk"), join(root, "moved"));
  expect(read(fs, join(root, "wörk/in"))).toBe("in");
  expect(read(fs, Buffer.from(join(root, "wörk/in")))).toBe("in");
  expect(read(fs, join(root, "wörk-2/in"))).toBe("beside");
  const odd = Buffer.concat([Buffer.from(`${root}/wörk/`), Buffer.from([0xff, 0x0a])]);
  fs.mkdir(odd, 0o700);
  expect(readdirSync(join(root, "moved"), "latin1")).toContain("\xff\n");
  expect(fs.lstat(odd)?.type).toBe("directory");
  fs.rmdir(odd);
});

test("errors name the paths that the caller gave", () => {
  const root = buildTree(TREE);
  const fs = holding(root, "work", "work/.git");
  const [a, b] = [join(root, "work/.git/none"), join(root, "work/other/b")];
  const error = (() => {
    try {
      fs.rename(a, Buffer.from(b));
      return null;
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toMatchObject({ code: "ENOENT", path: a, dest: b });
  expect(String(error)).toContain(`'${a}' -> '${b}'`);
  expect(String(error)).not.toContain("/proc/");
});

test("it tells whether a path still leads to what is held", () => {
  const root = buildTree({ ...TREE, apart: directory() });
  const fs = holding(root, "work", "work/.git/store/config", "work/.git/none");
  const config = join(root, "work/.git/store/config");
  expect(fs.isStillThere(join(config, ".claude.json"))).toBe(true);
  expect(fs.isStillThere(join(root, "apart"))).toBe(true);
  expect(fs.isStillThere(join(root, "work/.git/none"))).toBe(false);
  swap(root, "work/.git", join(root, "evil"));
  expect(fs.isStillThere(config)).toBe(false);
  expect(fs.isStillThere(join(root, "work/other"))).toBe(true);
});

test("a path that leads there through a symlink by now is not where it was", () => {
  const root = buildTree(TREE);
  const fs = holding(root, "work", "work/.git/store");
  swap(root, "work/.git", ".git-before");
  expect(lstatSync(join(root, "work/.git/store")).isDirectory()).toBe(true);
  expect(fs.isStillThere(join(root, "work/.git/store"))).toBe(false);
});

test("a child process starts in the held directory, wherever it lies by then", () => {
  const root = buildTree(TREE);
  const fs = holding(root, "work");
  swap(root, "work", join(root, "evil"));
  const cwd = fs.workingDirectory(join(root, "work"));
  const { stdout } = runProgram(findProgram("pwd") ?? "", ["-P"], { cwd });
  expect(stdout).toBe(`${join(root, "work-before")}\n`);
});

test("a directory that is renamed is held by its new name", () => {
  const root = buildTree(TREE);
  const fs = holding(root, "work", "work/.git/store", "work/.git/store/config");
  const store = join(root, "work/.git/store");
  fs.rename(store, `${store}-old`);
  expect(fs.lstat(join(store, "config"))).toBeNull();
  mkdirSync(join(store, "config"), { recursive: true });
  expect(fs.list(store).map(String)).toEqual(["config"]);
  swap(root, "work/.git/store-old", join(root, "evil/store"));
  expect(read(fs, join(`${store}-old`, "config/a"))).toBe("a");
  expect(fs.isStillThere(`${store}-old`)).toBe(false);
});

test("F06: what gets its name by a rename is held by it, where it was waited for", () => {
  const root = buildTree({ "work/new": directory(), evil: directory() });
  const fs = holding(root, "work", "work/store", "work/store/config", "work/new");
  fs.rename(join(root, "work/new"), join(root, "work/store"));
  swap(root, "work/store", join(root, "evil"));
  fs.mkdir(join(root, "work/store/config"), 0o700);
  write(fs, join(root, "work/store/config/a"), "a");
  expect(readdirSync(join(root, "evil"))).toEqual([]);
  expect(readFileSync(join(root, "work/store-before/config/a"), "utf8")).toBe("a");
});

test("all descriptors are closed in the end", () => {
  const root = buildTree(TREE);
  const before = readdirSync("/proc/self/fd").length;
  const fs = anchored(nodeFileSystem);
  for (const name of ["work/.git/store/config", "work", "evil", "none/store"]) fs.hold(join(root, name));
  fs.mkdir(join(root, "work/made"), 0o700);
  expect(readdirSync("/proc/self/fd").length).toBeGreaterThan(before);
  fs.release();
  expect(readdirSync("/proc/self/fd")).toHaveLength(before);
});

test("without /proc plain paths do", () => {
  const root = buildTree(TREE);
  const hidden: FileSystem = {
    ...nodeFileSystem,
    lstat: (path) => (path.toString().startsWith("/proc/") ? null : nodeFileSystem.lstat(path)),
  };
  const fs = anchored(hidden);
  expect(fs.hold(join(root, "work/.git/store"))).toBe(true);
  expect(fs.hold(join(root, "work/none"))).toBe(false);
  everything(fs, root);
  expect(fs.workingDirectory(join(root, "work"))).toBe(join(root, "work"));
  expect(existsSync(join(root, "work/.git/store/renamed"))).toBe(true);
  expect(() => readlinkSync(join(root, "work"))).toThrow();
});

test("a directory that may not be read can be held", () => {
  const root = buildTree({ "work/store": directory(0o000), "work/store2/file": "" });
  writeFileSync(join(root, "work/beside"), "");
  const fs = holding(root, "work", "work/store");
  expect(fs.lstat(join(root, "work/store"))).toMatchObject({ type: "directory", mode: 0 });
  fs.chmod(join(root, "work/store"), 0o700);
  expect(fs.list(join(root, "work/store"))).toEqual([]);
});
