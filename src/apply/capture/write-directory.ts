import type { FileSystem } from "../file-system.ts";
import { joinPath } from "../path.ts";
import { writeAll, writeNew } from "../transfer.ts";
import type { CapturedEntry } from "./captured-entry.ts";
import { withChunks } from "./read-chunks.ts";

/**
 * Writes entries below a new private directory. Nothing of it is flushed.
 * @param pulse called after each piece; throws to end the work
 */
export async function writeEntries(
  fs: FileSystem,
  directory: string,
  entries: Iterable<CapturedEntry> | AsyncIterable<CapturedEntry>,
  pulse: () => Promise<void>,
): Promise<void> {
  fs.mkdir(directory, 0o700);
  const directories: CapturedEntry[] = [];
  for await (const entry of entries) {
    await writeEntry(fs, joinPath(directory, entry.path), entry, pulse);
    if (entry.kind === "directory") directories.push(entry);
    await pulse();
  }
  // What is made in a directory changes its time.
  for (const { path, modifiedNs } of directories.reverse())
    fs.lutimes(joinPath(directory, path), modifiedNs, modifiedNs);
}

async function writeEntry(
  fs: FileSystem,
  path: Buffer,
  entry: CapturedEntry,
  pulse: () => Promise<void>,
): Promise<void> {
  switch (entry.kind) {
    case "directory":
      fs.mkdir(path, 0o700);
      return;
    case "symlink":
      fs.symlink(entry.text, path);
      break;
    case "bytes":
      writeNew(fs, path, entry.bytes, entry.mode);
      break;
    case "file":
      await withChunks(fs, entry.source, async (_, chunks) => {
        await writeChunks(fs, path, entry.mode, chunks, pulse);
        fs.lutimes(path, entry.modifiedNs, entry.modifiedNs);
      });
      return;
  }
  fs.lutimes(path, entry.modifiedNs, entry.modifiedNs);
}

/** Writes a new file piece by piece. */
export async function writeChunks(
  fs: FileSystem,
  path: Buffer,
  mode: number,
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
  pulse: () => Promise<void>,
): Promise<void> {
  const descriptor = fs.openNew(path, mode);
  try {
    let position = 0;
    for await (const chunk of chunks) {
      writeAll(fs, descriptor, chunk, position);
      position += chunk.length;
      await pulse();
    }
  } finally {
    fs.close(descriptor);
  }
}
