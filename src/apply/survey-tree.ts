import { isErrno } from "../errors.ts";
import { MoveRefusal } from "../move-refusal.ts";
import { checkRoom, type Room } from "../plan/check-room.ts";
import { quote } from "../report/quote.ts";
import type { Access } from "./file-system.ts";
import type { MergeRequest } from "./merge-request.ts";
import { below, joinPath, pathText } from "./path.ts";
import { removeTree } from "./remove-tree.ts";
import { roomNeeded, roomOf } from "./room-needed.ts";
import { StoreNames } from "./store-names.ts";
import { tryLink } from "./try-link.ts";
import { walkSource, type Seen, type Visitor } from "./walk-source.ts";

/** As many paths as a person wants to read. */
const NAMED = 5;

/** What there is to be merged. */
export interface Survey {
  /** Entries that staging will go through. */
  readonly entries: number;
  /** What that takes of the store's file system at most. */
  readonly room: Room;
}

/**
 * Looks through a merge's source before anything is staged, so that what cannot be finished is not begun. Nothing
 * changes, but for what is made in the staging directory to find something out and is removed again: names, where the
 * store is on another file system and some of the source's are not to be had everywhere; and a hard link, where copies
 * would not fit. Yields after each entry. The request's progress then counts towards the number of entries.
 * @throws MoveRefusal where a file cannot be read or is immutable, where the store's file system cannot hold a name,
 * and where there is too little room.
 */
export function* surveyTree(request: MergeRequest): Generator<void, Survey> {
  const { progress, into = "the store" } = request;
  progress?.begin("looked at", null);
  const surveyor = new Surveyor(request);
  yield* walkSource(request, surveyor);
  surveyor.checkAccess();
  if (surveyor.names.needProbe)
    inStaging(request, (directory) => {
      surveyor.names.check(directory);
    });
  yield* surveyor.checkRoom();
  const { entries, bytes, files } = surveyor;
  progress?.begin(`brought to ${into}`, entries);
  return { entries, room: { bytes, files } };
}

/** Makes the staging directory for the moment. */
function inStaging<T>({ fs, staging }: MergeRequest, work: (directory: Buffer) => T): T {
  fs.mkdir(staging, 0o700);
  try {
    return work(Buffer.from(staging));
  } finally {
    removeTree(fs, staging);
  }
}

class Surveyor implements Visitor {
  entries = 0;
  bytes = 0;
  files = 0;
  readonly names: StoreNames;
  readonly #request: MergeRequest;
  /** The store's. */
  readonly #device: bigint | undefined;
  readonly #closed: Buffer[] = [];
  readonly #immutable: Buffer[] = [];
  /** A file that could have a second name in the store. */
  #near: Buffer | null = null;

  constructor(request: MergeRequest) {
    this.#request = request;
    this.#device = request.fs.lstat(request.target)?.device;
    this.names = new StoreNames(request);
  }

  entry({ path, stat, decision }: Seen): undefined {
    this.entries += 1;
    this.#request.progress?.step();
    if (decision !== "descend") {
      const { bytes, files } = roomOf(stat);
      this.bytes += bytes;
      this.files += files;
    }
    if (stat.device !== this.#device) this.names.note(path, stat);
    if (stat.type === "symlink") return;
    const access = this.#access(path);
    if (access === "none") this.#closed.push(path);
    if (access === "immutable" && this.#request.sourceGoes) this.#immutable.push(path);
    if (stat.type === "file" && stat.device === this.#device) this.#near ??= path;
  }

  closed(path: Buffer): void {
    this.#closed.push(path);
  }

  directory(path: Buffer, names: readonly Buffer[]): void {
    const { fs, source } = this.#request;
    if (fs.lstat(below(source, path))?.device !== this.#device) this.names.noteDirectory(path, names);
  }

  checkAccess(): void {
    const closed = this.#named(this.#closed);
    if (closed !== null)
      throw new MoveRefusal(
        "EACCES",
        closed.path,
        `permission to read is missing for ${closed.text} (EACCES)`,
        `make it readable (ls -ld ${quote(closed.path)}) or move it elsewhere`,
      );
    const immutable = this.#named(this.#immutable);
    if (immutable !== null)
      throw new MoveRefusal(
        "EPERM",
        immutable.path,
        `the attribute "immutable" keeps ${immutable.text} where it is (EPERM)`,
        `sudo chattr -i -- ${immutable.quoted}`,
      );
  }

  /** The first, cheap sum has everything copied. Only where that does not fit it is worth a closer look. */
  *checkRoom(): Generator<void> {
    const { fs, target, sourceGoes } = this.#request;
    if (checkRoom(this, fs.freeSpace(target)) === null) return;
    const near = this.#near;
    const isLinked =
      sourceGoes && near !== null && inStaging(this.#request, (directory) => this.#canLink(near, directory));
    const needed = yield* roomNeeded(this.#request, ({ device }) => isLinked && device === this.#device);
    const missing = checkRoom(needed, fs.freeSpace(target));
    if (missing === null) return;
    const where = pathText(target);
    throw new MoveRefusal(
      "ENOSPC",
      where,
      `the disk is too full: ${missing} (ENOSPC at ${where})`,
      `free some space (df -h ${quote(where)}; df -i ${quote(where)})`,
    );
  }

  #canLink(near: Buffer, directory: Buffer): boolean {
    return tryLink(this.#request.fs, below(this.#request.source, near), joinPath(directory, "link"));
  }

  /** What has gone since it was listed is nobody's concern. */
  #access(path: Buffer): Access | "gone" {
    try {
      return this.#request.fs.accessOf(below(this.#request.source, path));
    } catch (error) {
      if (isErrno(error, "ENOENT")) return "gone";
      if (isErrno(error, "EACCES")) return "none";
      throw error;
    }
  }

  #named(paths: readonly Buffer[]): { path: string; text: string; quoted: string } | null {
    const [path, ...more] = paths.map((entry) => pathText(below(this.#request.source, entry)));
    if (path === undefined) return null;
    const shown = [path, ...more].slice(0, NAMED);
    const rest = paths.length - shown.length;
    const text = shown.join(", ") + (rest > 0 ? ` and ${rest.toString()} more` : "");
    return { path, text, quoted: shown.map(quote).join(" ") };
  }
}
