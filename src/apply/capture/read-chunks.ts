import { isErrno, systemError } from "../../errors.ts";
import type { FileSystem, Path } from "../file-system.ts";
import { pathText } from "../path.ts";
import { CHUNK } from "../transfer.ts";

/**
 * Reads a file in pieces: as many bytes as it had when it was opened, whatever is appended meanwhile. Where it is gone
 * `use` is not called.
 * @throws `ESTALE` where it became shorter, `EINVAL` for what is no file any more
 */
export async function withChunks(
  fs: FileSystem,
  path: Path,
  use: (size: number, chunks: Iterable<Buffer>) => Promise<void>,
): Promise<void> {
  const descriptor = openIfThere(fs, path);
  if (descriptor === null) return;
  try {
    const { type, size } = fs.fstat(descriptor);
    if (type !== "file") throw systemError("EINVAL", "not a regular file", pathText(path));
    await use(size, readAll(fs, descriptor, size, path));
  } finally {
    fs.close(descriptor);
  }
}

function openIfThere(fs: FileSystem, path: Path): number | null {
  try {
    return fs.openForReading(path);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return null;
    throw error;
  }
}

function* readAll(fs: FileSystem, descriptor: number, size: number, path: Path): Generator<Buffer> {
  for (let position = 0; position < size;) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, size - position));
    const count = fs.read(descriptor, chunk, position);
    if (count === 0) throw systemError("ESTALE", "it became shorter while it was read", pathText(path));
    position += count;
    yield chunk.subarray(0, count);
  }
}
