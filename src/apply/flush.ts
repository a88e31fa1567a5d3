import type { FileSystem, Path } from "./file-system.ts";
import { withOpen } from "./transfer.ts";

/** From here on one flush of the whole file system is cheaper than one for each entry. */
const ONE_BY_ONE = 64;

/** Collects what must reach the disk before a source may go, and brings it there in the cheaper way. */
export class Flush {
  readonly #paths = new Map<string, Path>();
  #tooMany = false;

  /** Notes a regular file or a directory whose content or entries changed. */
  note(path: Path): void {
    if (this.#tooMany) return;
    this.#paths.set(typeof path === "string" ? path : path.toString("latin1"), path);
    this.#tooMany = this.#paths.size > ONE_BY_ONE;
    if (this.#tooMany) this.#paths.clear();
  }

  /**
   * Makes everything noted durable and forgets it.
   * @param anywhere a path on the file system in question
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
  }
}
