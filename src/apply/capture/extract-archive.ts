import { Readable } from "node:stream";
import { HostileEntry, MOST_IN_ALL, type CapturedEntryGuard } from "../../plan/captured-entry-guard.ts";
import type { FileSystem } from "../file-system.ts";
import { joinPath, parentPath } from "../path.ts";
import { fromWeb, loadArchiveLibraries, toWeb } from "./web-streams.ts";
import { writeChunks } from "./write-directory.ts";

export interface Extraction {
  readonly fs: FileSystem;
  /** A private directory, empty. */
  readonly into: string;
  readonly guard: CapturedEntryGuard;
  /** The paths that are written; null for all. */
  readonly only: ReadonlySet<string> | null;
  /** Called after each piece; throws to end the work. */
  readonly pulse: () => Promise<void>;
}

/**
 * Writes the entries of a tar archive below a directory, whatever they claim: everything private, nothing outside.
 * @throws HostileEntry, and `Error` for what is no whole archive
 */
export async function extractArchive(
  archive: Readable,
  { fs, into, guard, only, pulse }: Extraction,
): Promise<void> {
  const { createTarDecoder } = await loadArchiveLibraries();
  const { readable, writable } = createTarDecoder({ strict: true });
  const feeding = toWeb(counted(archive, pulse)).pipeTo(writable);
  // The reader is told as well.
  feeding.catch(() => undefined);
  try {
    for await (const { header, body } of readable) {
      const { name, size, type = "file", linkname = "", mode = 0, mtime } = header;
      const judged = guard.judge({ name, size, type, leads: linkname });
      const isWanted = judged !== null && (only?.has(judged.path) ?? true);
      if (!isWanted || judged.kind !== "file") await body.cancel();
      if (!isWanted) continue;
      const path = joinPath(into, judged.path);
      makeAbove(fs, path, into);
      switch (judged.kind) {
        case "directory":
          if (fs.lstat(path) === null) fs.mkdir(path, 0o700);
          break;
        case "symlink":
          fs.symlink(linkname, path);
          break;
        case "file":
          await writeChunks(fs, path, (mode & 0o111) === 0 ? 0o600 : 0o700, fromWeb(body), pulse);
          break;
      }
      if (mtime !== undefined && judged.kind !== "directory") setTime(fs, path, mtime);
      await pulse();
    }
    await feeding;
  } finally {
    archive.destroy();
  }
  guard.finish();
}

/** What lies between the entries counts as well: a little file may be unpacked for hours. */
function counted(archive: Readable, pulse: () => Promise<void>): Readable {
  return Readable.from(
    (async function* () {
      let bytes = 0;
      for await (const chunk of archive as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > MOST_IN_ALL) throw new HostileEntry("the archive", "is too much");
        await pulse();
        yield chunk;
      }
    })(),
    { objectMode: false },
  );
}

/** Directories that the archive did not name. */
function makeAbove(fs: FileSystem, path: Buffer, into: string): void {
  const above = parentPath(path);
  if (above.toString("latin1") === Buffer.from(into).toString("latin1") || fs.lstat(above) !== null) return;
  makeAbove(fs, above, into);
  fs.mkdir(above, 0o700);
}

function setTime(fs: FileSystem, path: Buffer, time: Date): void {
  const milliseconds = time.getTime();
  // What no file system can hold is left as it is now.
  if (!(milliseconds > 0 && milliseconds < 2 ** 43)) return;
  const nanoseconds = BigInt(milliseconds) * 1_000_000n;
  fs.lutimes(path, nanoseconds, nanoseconds);
}

/** What is wrong with a capture, as a person should read it; null for an error that says nothing of that. */
export function describeBadCapture(error: unknown): string | null {
  if (error instanceof HostileEntry) return error.message;
  if (!(error instanceof Error)) return null;
  if (/^(?:Tar|Invalid|Too many)\b/.test(error.message)) return "it is no whole archive";
  if ("code" in error && typeof error.code === "string" && /^Z_/.test(error.code))
    return "it is no whole archive";
  return null;
}
