import { systemError } from "../errors.ts";
import type { FileSystem, Path } from "./file-system.ts";
import { pathText } from "./path.ts";

/** Bytes that are read or written at a time. */
export const CHUNK = 256 * 1024;

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
    closeQuietly(fs, descriptor);
    throw error;
  }
  fs.close(descriptor);
  return result;
}

/** Writes a new file whole, for its owner alone. Nothing is flushed; on failure it may be there, cut off. Throws `EEXIST`. */
export function writeNew(fs: FileSystem, path: Path, content: string | Buffer, mode = 0o600): void {
  withOpen(fs, fs.openNew(path, mode), (descriptor) => {
    writeAll(fs, descriptor, Buffer.from(content), 0);
  });
}

/** `withOpen` for work that pauses now and then. */
export function* holdOpen<T>(
  fs: FileSystem,
  descriptor: number,
  work: (descriptor: number) => Generator<void, T>,
): Generator<void, T> {
  let result: T;
  try {
    result = yield* work(descriptor);
  } catch (error) {
    closeQuietly(fs, descriptor);
    throw error;
  }
  fs.close(descriptor);
  return result;
}

/** The error that led here is the one to tell of. */
function closeQuietly(fs: FileSystem, descriptor: number): void {
  try {
    fs.close(descriptor);
  } catch {
    return;
  }
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
    if (stat.type !== "file") throw systemError("EINVAL", "not a regular file", pathText(path));
    if (stat.size > limit) throw systemError("EFBIG", "too large", pathText(path));
    const chunks: Buffer[] = [];
    let position = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(stat.size - position, 4096) + 1));
      const count = fs.read(descriptor, chunk, position);
      if (count === 0) return Buffer.concat(chunks);
      position += count;
      if (position > limit) throw systemError("EFBIG", "too large", pathText(path));
      chunks.push(chunk.subarray(0, count));
    }
  });
}

export function removeQuietly(fs: FileSystem, path: Path): void {
  try {
    fs.unlink(path);
  } catch {
    // What could not be removed keeps a name that the next start recognises.
  }
}
