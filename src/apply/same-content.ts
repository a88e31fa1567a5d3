import type { FileSystem, Path, Stat } from "./file-system.ts";
import { CHUNK, holdOpen } from "./transfer.ts";

/** True where two entries of one kind (files, or symlinks) say the same. */
export function* isSame(fs: FileSystem, left: Path, right: Path, stat: Stat): Generator<void, boolean> {
  if (stat.type === "symlink") return fs.readlink(left).equals(fs.readlink(right));
  return yield* haveSameContent(fs, left, right);
}

/**
 * True where the two regular files hold the same bytes. One inode under two names is read by nobody. Pauses after each
 * part of a large file.
 */
function* haveSameContent(fs: FileSystem, left: Path, right: Path): Generator<void, boolean> {
  return yield* holdOpen(fs, fs.openForReading(left), (a) =>
    holdOpen(fs, fs.openForReading(right), (b) => compare(fs, a, b)),
  );
}

function* compare(fs: FileSystem, a: number, b: number): Generator<void, boolean> {
  const statA = fs.fstat(a);
  const statB = fs.fstat(b);
  if (statA.type !== "file" || statB.type !== "file") return false;
  if (statA.device === statB.device && statA.inode === statB.inode) return true;
  if (statA.size !== statB.size) return false;
  const length = Math.min(CHUNK, statA.size + 1);
  const bufferA = Buffer.allocUnsafe(length);
  const bufferB = Buffer.allocUnsafe(length);
  for (let position = 0; ;) {
    const countA = fs.read(a, bufferA, position);
    const countB = readFully(fs, b, bufferB.subarray(0, countA), position);
    if (countA !== countB) return false;
    if (countA === 0) return fs.read(b, bufferB, position) === 0;
    if (!bufferA.subarray(0, countA).equals(bufferB.subarray(0, countA))) return false;
    position += countA;
    if (countA === CHUNK) yield;
  }
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
