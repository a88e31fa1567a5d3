import * as fs from "node:fs";
import { isErrno, systemError } from "../errors.ts";
import { findProgram, runProgram } from "../inspect/programs.ts";
import type { Access, FileSystem, FileType, Path, Stat } from "./file-system.ts";

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY, R_OK, W_OK, X_OK } =
  fs.constants;

/** Node does not name it (open(2), the same number on all of its platforms with Linux): no permission to read is needed. */
const O_PATH = process.platform === "linux" ? 0o10000000 : 0;

function fileType(stats: fs.BigIntStats): FileType {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "symlink";
  if (stats.isFIFO()) return "fifo";
  if (stats.isSocket()) return "socket";
  return "device";
}

function toStat(stats: fs.BigIntStats): Stat {
  return {
    type: fileType(stats),
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    size: Number(stats.size),
    allocated: Number(stats.blocks) * 512,
    links: Number(stats.nlink),
    device: stats.dev,
    inode: stats.ino,
    accessedNs: stats.atimeNs,
    modifiedNs: stats.mtimeNs,
    bornNs: stats.birthtimeNs,
  };
}

/**
 * Numbers, not Dates: a Date made of .123456 comes back as .122999. And half a microsecond more, because what is
 * behind the sixth digit is cut off, and 1772600768.987654 as a number is a little less than that.
 */
function toSeconds(nanoseconds: bigint): number {
  return (Number(nanoseconds / 1000n) + 0.5) / 1e6;
}

function nullWhere<T>(codes: readonly string[], call: () => T): T | null {
  try {
    return call();
  } catch (error) {
    if (isErrno(error, ...codes)) return null;
    throw error;
  }
}

const NOTHING_THERE = ["ENOENT", "ENOTDIR"];

/** The real file system, through `node:fs`. */
export const nodeFileSystem: FileSystem = {
  lstat: (path) => nullWhere(NOTHING_THERE, () => toStat(fs.lstatSync(path, { bigint: true }))),
  stat: (path) => nullWhere([...NOTHING_THERE, "ELOOP"], () => toStat(fs.statSync(path, { bigint: true }))),
  realpath: (path) => nullWhere([...NOTHING_THERE, "ELOOP"], () => fs.realpathSync.native(path)),
  readlink: (path) => fs.readlinkSync(path, { encoding: "buffer" }),
  list: (path) => fs.readdirSync(path, { encoding: "buffer" }).sort((a, b) => Buffer.compare(a, b)),
  openForReading: (path) => fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
  openNew: (path, mode) => fs.openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode),
  fstat: (descriptor) => toStat(fs.fstatSync(descriptor, { bigint: true })),
  read: (descriptor, into, position) => fs.readSync(descriptor, into, 0, into.length, position),
  write: (descriptor, bytes, position) => fs.writeSync(descriptor, bytes, 0, bytes.length, position),
  truncate: (descriptor, size) => {
    fs.ftruncateSync(descriptor, size);
  },
  fsync: (descriptor) => {
    fs.fsyncSync(descriptor);
  },
  close: (descriptor) => {
    fs.closeSync(descriptor);
  },
  mkdir: (path, mode) => {
    fs.mkdirSync(path, { mode });
  },
  rename: (from, to) => {
    fs.renameSync(from, to);
  },
  link: (existing, path) => {
    fs.linkSync(existing, path);
  },
  symlink: (text, path) => {
    fs.symlinkSync(text, path);
  },
  unlink: (path) => {
    fs.unlinkSync(path);
  },
  rmdir: (path) => {
    fs.rmdirSync(path);
  },
  chmod: (path, mode) => {
    fs.chmodSync(path, mode);
  },
  lchown: (path, owner) => {
    fs.lchownSync(path, owner.uid, owner.gid);
  },
  lutimes: (path, accessedNs, modifiedNs) => {
    fs.lutimesSync(path, toSeconds(accessedNs), toSeconds(modifiedNs));
  },
  canWrite: (path) => canWrite(path),
  accessOf,
  freeSpace: (path) => {
    // Node has it from 18.15 on and calls it stable; the rule's table says otherwise (2026-11).
    // eslint-disable-next-line n/no-unsupported-features/node-builtins
    const { bsize, blocks, bavail, files, ffree } = fs.statfsSync(path);
    return { bytes: blocks === 0 ? null : bsize * bavail, files: files === 0 ? null : ffree };
  },
  openDirectory: (path) => fs.openSync(path, O_PATH | O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
  syncDirectory: (path) => {
    const descriptor = fs.openSync(path, O_RDONLY | O_DIRECTORY);
    try {
      fs.fsyncSync(descriptor);
    } catch (error) {
      // Some FUSE and network file systems have no fsync for directories: they keep no directory state to flush.
      if (!isErrno(error, "EINVAL", "ENOTSUP", "ENOSYS")) throw error;
    } finally {
      fs.closeSync(descriptor);
    }
  },
  syncFileSystem,
};

function canWrite(path: Path): boolean {
  const stat = nodeFileSystem.stat(path);
  if (stat === null) return false;
  try {
    fs.accessSync(path, stat.type === "directory" ? W_OK | X_OK : W_OK);
    return true;
  } catch (error) {
    if (isErrno(error, "EACCES", "EPERM", "EROFS", ...NOTHING_THERE)) return false;
    throw error;
  }
}

/** One call tells nearly all: only an immutable inode answers a wish to write with `EPERM` (path_resolution(7)). */
function accessOf(path: Path): Access {
  try {
    fs.accessSync(path, R_OK | W_OK);
    return "write";
  } catch (error) {
    if (isErrno(error, "EPERM")) return "immutable";
    if (!isErrno(error, "EACCES", "EROFS")) throw error;
  }
  try {
    fs.accessSync(path, R_OK);
    return "read";
  } catch (error) {
    if (isErrno(error, "EACCES")) return "none";
    throw error;
  }
}

/**
 * Node has no `syncfs(2)`; coreutils' and busybox's `sync -f` call it. Where that cannot be had, a plain
 * `sync` flushes every file system, which is slower and as good. The path is the child's working directory: one
 * below `/proc/self` would be the child's own by the time that the program runs.
 */
function syncFileSystem(path: Path): void {
  const directory = path.toString();
  const sync = findProgram("sync") ?? "sync";
  if (runProgram(sync, ["-f", "."], { cwd: directory, timeout: 0 }).status === 0) return;
  if (runProgram(sync, [], { timeout: 0 }).status === 0) return;
  throw systemError("EIO", `neither 'sync -f' nor 'sync' worked on '${directory}'`, directory);
}
