import { adjustMode, adjustTimes } from "./adjust-mode.ts";
import { systemError } from "../errors.ts";
import type { FileSystem, Owner, Path, Stat } from "./file-system.ts";
import { PORTION } from "./flush.ts";
import { CHUNK, holdOpen, removeQuietly, writeAll } from "./transfer.ts";

const ZEROS = Buffer.alloc(CHUNK);

/** How a copy is to end up. The copy is 0600 until all its bytes are there. */
export interface CopyOptions {
  /** Final permission bits; null keeps the source's, without set-user-ID and the like. */
  readonly mode: number | null;
  /** Numeric owner, or null to leave it the caller's. */
  readonly owner: Owner | null;
}

/**
 * Copies one regular file to `target`, which must not exist, holes kept, times kept. What is written last may not be
 * durable yet. Pauses after each part of a large file. On failure `target` is removed again as far as that is possible.
 */
export function* copyFile(
  fs: FileSystem,
  source: Path,
  target: Path,
  options: CopyOptions,
): Generator<void, void> {
  yield* holdOpen(fs, fs.openForReading(source), function* (from) {
    const stat = fs.fstat(from);
    if (stat.type !== "file") throw systemError("EINVAL", "not a regular file");
    const to = fs.openNew(target, 0o600);
    try {
      yield* holdOpen(fs, to, () => copyBytes(fs, from, to, stat.size));
      finishEntry(fs, target, stat, options);
    } catch (error) {
      removeQuietly(fs, target);
      throw error;
    }
  });
}

function* copyBytes(fs: FileSystem, from: number, to: number, size: number): Generator<void> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size + 1));
  let position = 0;
  let written = 0;
  let endsInHole = false;
  for (;;) {
    const count = fs.read(from, buffer, position);
    if (count === 0) break;
    const bytes = buffer.subarray(0, count);
    endsInHole = bytes.equals(ZEROS.subarray(0, count));
    if (!endsInHole) {
      writeAll(fs, to, bytes, position);
      written += count;
    }
    position += count;
    // A gigabyte left to one flush at the end would keep everybody waiting for it.
    if (written >= PORTION) {
      fs.fsync(to);
      written = 0;
    }
    if (count === CHUNK) yield;
  }
  if (endsInHole) fs.truncate(to, position);
}

/** Owner, then mode (a change of owner clears bits), then times (both touch them). */
export function finishEntry(fs: FileSystem, target: Path, source: Stat, options: CopyOptions): void {
  if (options.owner !== null) fs.lchown(target, options.owner);
  if (source.type !== "symlink") {
    const mode = options.mode ?? source.mode & 0o777;
    if (mode !== 0o600 || source.type === "directory") adjustMode(fs, target, mode);
  }
  adjustTimes(fs, target, source);
}
