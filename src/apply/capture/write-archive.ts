import { pipeline, type Readable } from "node:stream";
import { createGzip } from "node:zlib";
import type { TarPackController } from "modern-tar";
import { isErrno, systemError } from "../../errors.ts";
import type { FileSystem } from "../file-system.ts";
import { writeAll } from "../transfer.ts";
import type { CapturedEntry } from "./captured-entry.ts";
import { withChunks } from "./read-chunks.ts";
import { fromWeb, loadArchiveLibraries } from "./web-streams.ts";

export interface ArchiveWrite {
  readonly fs: FileSystem;
  readonly entries: Iterable<CapturedEntry>;
  /** A name that nothing has; the file is complete and flushed when this is done. */
  readonly temporary: string;
  /** Called after each piece; throws to end the work. */
  readonly pulse: () => Promise<void>;
  /** Makes of the compressed archive what is written. */
  readonly seal: (plain: Readable) => Promise<Readable>;
  /** Told of an entry whose name an archive cannot have. */
  readonly leftOut: (path: Buffer) => void;
}

/** Writes entries to one compressed archive, private from its first byte. On failure `temporary` may be there, cut off. */
export async function writeArchive({
  fs,
  entries,
  temporary,
  pulse,
  seal,
  leftOut,
}: ArchiveWrite): Promise<void> {
  const { createTarPacker } = await loadArchiveLibraries();
  const { readable, controller } = createTarPacker();
  const descriptor = fs.openNew(temporary, 0o600);
  try {
    const tar = fromWeb(readable);
    // What fails is told by whoever reads the end.
    const compressed = pipeline(tar, createGzip(), () => undefined);
    const filling = fill(fs, controller, entries, leftOut);
    filling.catch((error: unknown) => {
      controller.error(error);
    });
    let position = 0;
    try {
      for await (const chunk of await seal(compressed)) {
        writeAll(fs, descriptor, Buffer.from(chunk as Uint8Array), position);
        position += (chunk as Uint8Array).length;
        await pulse();
      }
    } catch (error) {
      controller.error(error);
      // The first failure is the one to tell of.
      await filling;
      throw error;
    }
    await filling;
    fs.fsync(descriptor);
  } finally {
    fs.close(descriptor);
  }
}

async function fill(
  fs: FileSystem,
  controller: TarPackController,
  entries: Iterable<CapturedEntry>,
  leftOut: (path: Buffer) => void,
): Promise<void> {
  for (const entry of entries) {
    const name = entry.path.toString("utf8");
    const leads = entry.kind === "symlink" ? entry.text.toString("utf8") : "";
    const isText =
      Buffer.from(name).equals(entry.path) &&
      (entry.kind !== "symlink" || Buffer.from(leads).equals(entry.text));
    if (!isText) {
      leftOut(entry.path);
      continue;
    }
    const mtime = new Date(Number(entry.modifiedNs / 1_000_000n));
    const common = { mode: entry.mode, mtime, uid: 0, gid: 0 };
    switch (entry.kind) {
      case "directory":
        await controller.add({ ...common, name: `${name}/`, type: "directory", size: 0 }).close();
        break;
      case "symlink":
        await controller.add({ ...common, name, type: "symlink", linkname: leads, size: 0 }).close();
        break;
      case "bytes":
        await write(controller, { ...common, name, size: entry.bytes.length }, [entry.bytes]);
        break;
      case "file":
        await withChunks(fs, entry.source, (size, chunks) =>
          write(controller, { ...common, name, size }, chunks),
        );
        break;
    }
  }
  controller.finalize();
}

async function write(
  controller: TarPackController,
  header: Parameters<TarPackController["add"]>[0],
  chunks: Iterable<Buffer>,
): Promise<void> {
  const writer = controller.add(header).getWriter();
  for (const chunk of chunks)
    await writer.write(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
  await writer.close();
}

/** Gives a finished file its name, which must not be taken meanwhile. */
export function placeNew(fs: FileSystem, temporary: string, path: string): void {
  try {
    fs.link(temporary, path);
    fs.unlink(temporary);
  } catch (error) {
    // A file system without hard links.
    if (!isErrno(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK")) throw error;
    if (fs.lstat(path) !== null) throw systemError("EEXIST", "something has that name by now", path);
    fs.rename(temporary, path);
  }
}
