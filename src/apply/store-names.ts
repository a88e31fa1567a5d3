import { MoveRefusal } from "../move-refusal.ts";
import { findTwins, kindOfTwins, oddTraits, type Twins } from "../plan/name-traits.ts";
import type { Path, Stat } from "./file-system.ts";
import type { MergeRequest } from "./merge-request.ts";
import { below, joinPath, pathText } from "./path.ts";
import { areOneFile, takesName, takesSymlinks } from "./probe-names.ts";

interface TwinsIn {
  readonly directory: Buffer;
  readonly twins: Twins;
}

/**
 * Collects names that a file system may refuse or mix up, one example of each kind however many there are, and tries
 * them on the store's.
 */
export class StoreNames {
  readonly #request: MergeRequest;
  readonly #odd = new Map<string, Buffer>();
  readonly #twins = new Map<string, TwinsIn>();
  #symlink: Buffer | null = null;

  constructor(request: MergeRequest) {
    this.#request = request;
  }

  note(path: Buffer, { type }: Stat): void {
    if (type === "symlink") this.#symlink ??= path;
    for (const trait of oddTraits(nameOf(path))) if (!this.#odd.has(trait)) this.#odd.set(trait, path);
  }

  noteDirectory(directory: Buffer, names: readonly Buffer[]): void {
    for (const twins of findTwins(names)) {
      const kind = kindOfTwins(twins);
      if (!this.#twins.has(kind)) this.#twins.set(kind, { directory, twins });
    }
  }

  /** Whether there is anything that not every file system takes. */
  get needProbe(): boolean {
    return this.#odd.size + this.#twins.size > 0 || this.#symlink !== null;
  }

  /**
   * @param probes an empty directory on the store's file system
   * @throws MoveRefusal for the first that it does not take
   */
  check(probes: Path): void {
    const { fs } = this.#request;
    for (const { directory, twins } of this.#twins.values()) {
      if (!areOneFile(fs, probes, twins)) continue;
      const first = this.#pathOf(joinPath(directory, twins[0]));
      const second = this.#pathOf(joinPath(directory, twins[1]));
      throw this.#refusal(
        `takes ${first} and ${second} for one file`,
        second,
        "EEXIST",
        "rename one of them",
      );
    }
    for (const [trait, path] of this.#odd) {
      if (takesName(fs, probes, nameOf(path))) continue;
      const where = this.#pathOf(path);
      throw this.#refusal(`cannot hold the name of ${where} (${shown(trait)})`, where, "EINVAL", "rename it");
    }
    if (this.#symlink === null || takesSymlinks(fs, probes)) return;
    const where = this.#pathOf(this.#symlink);
    throw this.#refusal(`holds no symlinks, as ${where} is one`, where, "EINVAL", "move it elsewhere");
  }

  #pathOf(path: Buffer): string {
    return pathText(below(this.#request.source, path));
  }

  #refusal(what: string, path: string, code: string, remedy: string): MoveRefusal {
    const store = pathText(this.#request.target);
    return new MoveRefusal(
      code,
      path,
      `the file system of ${store} ${what} (${code})`,
      `${remedy}, or choose a store on another file system`,
    );
  }
}

function nameOf(path: Buffer): Buffer {
  return path.subarray(path.lastIndexOf(0x2f) + 1);
}

/** A character as a person can see it, or the trait's own words. */
function shown(trait: string): string {
  return trait.length === 1 ? JSON.stringify(trait) : trait;
}
