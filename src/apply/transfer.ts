import { systemError } from "../errors.ts";
import type { FileSystem, Owner, Path, Stat } from "./file-system.ts";

const CHUNK = 256 * 1024;

/** Writes all of `bytes` at `position`: a disk that fills up takes a part first and says so only at the next call. */
export function writeAll(fs: FileSystem, descriptor: number, bytes: Buffer, position: number): void {
  let done = 0;
  while (done < bytes.length) {
    const written = fs.write(descriptor, bytes.subarray(done), position + done);
    if (written === 0) throw systemError("EIO", "a write took nothing");
    done += written;
  }
}

/** Opens, hands over the descriptor, closes on every way out. */
export function withOpen<T>(fs: FileSystem, descriptor: number, work: (descriptor: number) => T): T {
  let result: T;
  try {
    result = work(descriptor);
  } catch (error) {
    try {
      fs.close(descriptor);
    } catch {
      // The first error is the one to tell of.
    }
    throw error;
  }
  fs.close(descriptor);
  return result;
}

/**
 * Reads a whole file of at most `limit` bytes. Never follows a symlink at the last component.
 * @returns null where nothing is at `path`.
 * @throws `EFBIG` for a larger file, `EINVAL` for what is not a regular file.
 */
export function readSmallFile(fs: FileSystem, path: Path, limit: number): Buffer | null {
  if (fs.lstat(path) === null) return null;
  return withOpen(fs, fs.openForReading(path), (descriptor) => {
    const stat = fs.fstat(descriptor);
    if (stat.type !== "file") throw systemError("EINVAL", "not a regular file");
    if (stat.size > limit) throw systemError("EFBIG", "too large");
    const chunks: Buffer[] = [];
    let position = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(stat.size - position, 4096) + 1));
      const count = fs.read(descriptor, chunk, position);
      if (count === 0) return Buffer.concat(chunks);
      position += count;
      if (position > limit) throw systemError("EFBIG", "too large");
      chunks.push(chunk.subarray(0, count));
    }
  });
}

/** True where the two regular files hold the same bytes. One inode under two names is read by nobody. */
export function haveSameContent(fs: FileSystem, left: Path, right: Path): boolean {
  return withOpen(fs, fs.openForReading(left), (a) =>
    withOpen(fs, fs.openForReading(right), (b) => {
      const statA = fs.fstat(a);
      const statB = fs.fstat(b);
      if (statA.type !== "file" || statB.type !== "file") return false;
      if (statA.device === statB.device && statA.inode === statB.inode) return true;
      if (statA.size !== statB.size) return false;
      const bufferA = Buffer.allocUnsafe(CHUNK);
      const bufferB = Buffer.allocUnsafe(CHUNK);
      for (let position = 0; ;) {
        const countA = fs.read(a, bufferA, position);
        const countB = readFully(fs, b, bufferB.subarray(0, countA), position);
        if (countA !== countB) return false;
        if (countA === 0) return fs.read(b, bufferB, position) === 0;
        if (!bufferA.subarray(0, countA).equals(bufferB.subarray(0, countA))) return false;
        position += countA;
      }
    }),
  );
}

function readFully(fs: FileSystem, descriptor: number, into: Buffer, position: number): number {
  let done = 0;
  while (done < into.length) {
    const count = fs.read(descriptor, into.subarray(done), position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** How a copy is to end up. The copy is 0600 until all its bytes are there. */
export interface CopyOptions {
  /** Final permission bits; null keeps the source's, without set-user-ID and the like. */
  readonly mode: number | null;
  /** Numeric owner, or null to leave it the caller's. */
  readonly owner: Owner | null;
  /** Whether each file is made durable at once; false leaves that to one `syncFileSystem` of the caller. */
  readonly durable: boolean;
}

/**
 * Copies one regular file to `target`, which must not exist, holes kept, times kept.
 * On failure `target` is removed again as far as that is possible.
 */
export function copyFile(fs: FileSystem, source: Path, target: Path, options: CopyOptions): void {
  withOpen(fs, fs.openForReading(source), (from) => {
    const stat = fs.fstat(from);
    if (stat.type !== "file") throw systemError("EINVAL", "not a regular file");
    const to = fs.openNew(target, 0o600);
    try {
      withOpen(fs, to, () => {
        copyBytes(fs, from, to);
        if (options.durable) fs.fsync(to);
      });
      finishEntry(fs, target, stat, options);
    } catch (error) {
      removeQuietly(fs, target);
      throw error;
    }
  });
}

function copyBytes(fs: FileSystem, from: number, to: number): void {
  const buffer = Buffer.allocUnsafe(CHUNK);
  const zeros = Buffer.alloc(CHUNK);
  let position = 0;
  let endsInHole = false;
  for (;;) {
    const count = fs.read(from, buffer, position);
    if (count === 0) break;
    const bytes = buffer.subarray(0, count);
    endsInHole = bytes.equals(zeros.subarray(0, count));
    if (!endsInHole) writeAll(fs, to, bytes, position);
    position += count;
  }
  if (endsInHole) fs.truncate(to, position);
}

/** Owner, then mode (a change of owner clears bits), then times (both touch them). */
export function finishEntry(fs: FileSystem, target: Path, source: Stat, options: CopyOptions): void {
  if (options.owner !== null) fs.lchown(target, options.owner);
  if (source.type !== "symlink") {
    const mode = options.mode ?? source.mode & 0o777;
    if (mode !== 0o600 || source.type === "directory") fs.chmod(target, mode);
  }
  fs.lutimes(target, source.accessedNs, source.modifiedNs);
}

export function removeQuietly(fs: FileSystem, path: Path): void {
  try {
    fs.unlink(path);
  } catch {
    // What could not be removed keeps a name that the next start recognises.
  }
}
