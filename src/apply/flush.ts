import type { FileSystem, Path } from "./file-system.ts";
import { withOpen } from "./transfer.ts";

/** From here on one flush of the whole file system is cheaper than one for each entry. */
const ONE_BY_ONE = 64;

/** Bytes, and entries, that a slow disk takes within a few seconds: nobody is to wait longer than that for one flush. */
export const PORTION = 32 * 1024 * 1024;
const ENTRIES = 4096;

/** Collects what must reach the disk before a source may go, and brings it there in the cheaper way. */
export class Flush {
  readonly #paths = new Map<string, Path>();
  #bytes = 0;
  #entries = 0;
  #tooMany = false;

  /** Notes a regular file with its new bytes, or a directory whose entries changed. */
  note(path: Path, bytes = 0): void {
    this.#bytes += bytes;
    this.#entries += 1;
    if (this.#tooMany) return;
    this.#paths.set(typeof path === "string" ? path : path.toString("latin1"), path);
    this.#tooMany = this.#paths.size > ONE_BY_ONE;
    if (this.#tooMany) this.#paths.clear();
  }

  /** Whether enough has come together for a flush in between. */
  get isDue(): boolean {
    return this.#bytes >= PORTION || this.#entries >= ENTRIES;
  }

  /**
   * Makes everything noted durable and forgets it.
   * @param anywhere a directory on the file system in question
   * @throws where that failed: what was noted may then be lost in a power cut, whatever a second try says.
   */
  run(fs: FileSystem, anywhere: Path): void {
    if (this.#tooMany) fs.syncFileSystem(anywhere);
    for (const path of this.#paths.values()) {
      const stat = fs.lstat(path);
      if (stat?.type === "directory") fs.syncDirectory(path);
      else if (stat?.type === "file") {
        withOpen(fs, fs.openForReading(path), (descriptor) => {
          fs.fsync(descriptor);
        });
      }
    }
    this.#paths.clear();
    this.#tooMany = false;
    this.#bytes = this.#entries = 0;
  }
}
