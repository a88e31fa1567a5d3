import { Readable } from "node:stream";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { UserError } from "../../errors.ts";
import type { FileSystem } from "../file-system.ts";
import { CHUNK, withOpen } from "../transfer.ts";

/** What a captured file is, by its first bytes. */
export type CapturedFile = "encrypted" | "archive";

const AGE = Buffer.from("age-encryption.org/v1\n");
const ARMOR = Buffer.from("-----BEGIN AGE ENCRYPTED FILE-----");
const END_OF_HEADER = "\n--- ";
/** Bytes: hundreds of recipients. */
const LONGEST_HEADER = 64 * 1024;
const GZIP = Buffer.from([0x1f, 0x8b]);

/**
 * @param path symlinks resolved
 * @throws UserError for age's form in letters, which is not read
 */
export function kindOfFile(fs: FileSystem, path: string, command: string): CapturedFile {
  const head = withOpen(fs, fs.openForReading(path), (descriptor) => {
    const bytes = Buffer.alloc(LONGEST_HEADER);
    return bytes.subarray(0, fs.read(descriptor, bytes, 0));
  });
  if (beginsWith(head, ARMOR))
    throw new UserError(
      `${command}: ${path} is encrypted in letters (age --armor), which is not read`,
      `decrypt it with age itself: age -d -o login.tar.gz ${path}   and restore that`,
    );
  if (!beginsWith(head, AGE)) return "archive";
  if (head.includes(END_OF_HEADER)) return "encrypted";
  throw new UserError(`${command}: ${path} is no whole age file`, "bring it here again");
}

/** A file's bytes. @param path symlinks resolved */
export function readFileStream(fs: FileSystem, path: string): Readable {
  return Readable.from(
    (function* () {
      const descriptor = fs.openForReading(path);
      try {
        for (let position = 0; ;) {
          const chunk = Buffer.allocUnsafe(CHUNK);
          const count = fs.read(descriptor, chunk, position);
          if (count === 0) return;
          position += count;
          yield chunk.subarray(0, count);
        }
      } finally {
        fs.close(descriptor);
      }
    })(),
    { objectMode: false },
  );
}

/** The archive in a stream, which may be compressed. An error of the source is one of what is returned. */
export async function decompressed(stream: Readable): Promise<Readable> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head = Buffer.alloc(0);
  let ended = false;
  while (head.length < GZIP.length && !ended) {
    const next = await chunks.next();
    if (next.done === true) ended = true;
    else head = Buffer.concat([head, next.value]);
  }
  const whole = Readable.from(
    (async function* () {
      yield head;
      for (;;) {
        const next = await chunks.next();
        if (next.done === true) return;
        yield next.value;
      }
    })(),
    { objectMode: false },
  );
  whole.once("close", () => stream.destroy());
  // What fails is told by whoever reads the end.
  return beginsWith(head, GZIP) ? pipeline(whole, createGunzip(), () => undefined) : whole;
}

function beginsWith(bytes: Buffer, beginning: Buffer): boolean {
  return bytes.subarray(0, beginning.length).equals(beginning);
}
