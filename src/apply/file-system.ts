/**
 * A path, or a name in a directory. Names below the user's own directories are Buffers: they are bytes to
 * POSIX, and Node's strings would mangle those that are not UTF-8.
 */
export type Path = string | Buffer;

export type FileType = "directory" | "file" | "symlink" | "fifo" | "socket" | "device";

/** What `lstat` or `fstat` says of an entry. */
export interface Stat {
  readonly type: FileType;
  /** Permission bits alone, set-user-ID and the like included. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Bytes on the disk: less than the size where there are holes. Some file systems say 0 of everything. */
  readonly allocated: number;
  /** Names that the inode has. */
  readonly links: number;
  readonly device: bigint;
  readonly inode: bigint;
  /** Nanoseconds since the epoch. */
  readonly accessedNs: bigint;
  readonly modifiedNs: bigint;
  readonly bornNs: bigint;
}

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** What a file or directory lets the calling user do. `immutable`: its attributes refuse every change, root's too. */
export type Access = "write" | "read" | "none" | "immutable";

/** Room on a file system for the calling user. */
export interface FreeSpace {
  /** Null where the file system tells no size of its own. */
  readonly bytes: number | null;
  /** Null where the file system does not count its inodes. */
  readonly files: number | null;
}

/**
 * The one door to the file system: just the calls that are used, synchronous, so that call n of a run is
 * call n of the next. Nothing here follows a symlink unless it says so. Every call throws the `ErrnoException`
 * of the system call that failed, except where it says otherwise.
 */
export interface FileSystem {
  /** Null where nothing is at `path` (`ENOENT`, `ENOTDIR`). */
  lstat(path: Path): Stat | null;
  /** Follows symlinks; null where that ends at nothing (a dangling link or a loop: `ELOOP`). */
  stat(path: Path): Stat | null;
  /** The path with every symlink resolved, or null where that ends at nothing. */
  realpath(path: string): string | null;
  /** The text in the symlink. */
  readlink(path: Path): Buffer;
  /** The names in a directory, in byte order. */
  list(path: Path): Buffer[];
  /** Opens for reading, never through a symlink at the last component, never waiting for a FIFO's writer. */
  openForReading(path: Path): number;
  /** Creates a file that must not exist (`O_EXCL`), for writing, with `mode` from its first instant (less the umask). */
  openNew(path: Path, mode: number): number;
  fstat(descriptor: number): Stat;
  /** @returns bytes read, 0 at the end. */
  read(descriptor: number, into: Buffer, position: number): number;
  /** @returns bytes written: less than given where the disk fills up. Callers loop. */
  write(descriptor: number, bytes: Buffer, position: number): number;
  truncate(descriptor: number, size: number): void;
  fsync(descriptor: number): void;
  close(descriptor: number): void;
  mkdir(path: Path, mode: number): void;
  rename(from: Path, to: Path): void;
  /** A second name for the same inode; fails with `EEXIST` rather than replace. */
  link(existing: Path, path: Path): void;
  symlink(text: Path, path: Path): void;
  unlink(path: Path): void;
  rmdir(path: Path): void;
  /** Must only be called on what is known to be no symlink. */
  chmod(path: Path, mode: number): void;
  lchown(path: Path, owner: Owner): void;
  /** Sets access and modification time, of a symlink itself too; kept to about a microsecond. */
  lutimes(path: Path, accessedNs: bigint, modifiedNs: bigint): void;
  /** True where the calling user may write to (and, for a directory, enter) what `path` leads to. */
  canWrite(path: Path): boolean;
  /** Must only be called on what is known to be a file or directory: it follows symlinks. */
  accessOf(path: Path): Access;
  freeSpace(path: Path): FreeSpace;
  /** A descriptor that stays with this very directory, whatever becomes of its name; never through a symlink. */
  openDirectory(path: Path): number;
  /** Flushes a directory's entries to the disk. */
  syncDirectory(path: Path): void;
  /** Flushes everything of the file system that holds the directory `path` to the disk. */
  syncFileSystem(path: Path): void;
}
