import { isErrno, systemError } from "../errors.ts";
import { closeQuietly, isReachable, procPath } from "./descriptor-path.ts";
import type { FileSystem, Path } from "./file-system.ts";

interface Anchor {
  /** The path's bytes as latin1, in which prefixes can be compared whatever the encoding. */
  readonly key: string;
  /** Null while there is no directory: nothing below is looked at or made then. */
  readonly descriptor: number | null;
  /** Where the directory lay when it was first opened, every symlink resolved. */
  readonly real: string;
  /** Held because somebody asked for it, not only because it was made in such a one. */
  readonly asked: boolean;
}

/** How a call takes its path: as the entry of that name, or as what has the name; the second may go through a symlink of the kernel's own. */
export type Use = "name" | "entry" | "followed";

const NO_DIRECTORY = ["ENOENT", "ENOTDIR", "ELOOP"];

/** The directories that are held by a descriptor, and the way to what lies in them. */
export class Anchors {
  readonly #fs: FileSystem;
  /** The longest path first. */
  #anchors: Anchor[] = [];
  readonly #resolved = new Map<string, string>();
  #procWorks: boolean | undefined;

  constructor(fs: FileSystem) {
    this.#fs = fs;
  }

  /** See `AnchoredFileSystem.hold`. */
  hold(path: string): boolean {
    if (path === "/") return true;
    if (this.#mustDoWithout()) return this.#fs.lstat(path)?.type === "directory";
    if (this.descriptorOf(path) !== null) return true;
    const key = bytesOf(path);
    const from = this.#nearest(key, false)?.key.length ?? key.length;
    for (let slash = key.indexOf("/", from + 1); slash !== -1; slash = key.indexOf("/", slash + 1))
      this.#open(key.slice(0, slash), true);
    this.#open(key, true);
    return this.#mustDoWithout() ? this.hold(path) : this.descriptorOf(path) !== null;
  }

  /** See `AnchoredFileSystem.holdReal`. */
  holdReal(path: string): string | null {
    const real = this.#resolved.get(path) ?? this.#fs.realpath(path);
    if (real === null || !this.hold(real) || !this.isStillThere(real)) return null;
    // A folder above may have become a symlink since its path was resolved.
    if ((this.#find(bytesOf(real))?.real ?? real) !== real) {
      this.drop(real);
      return null;
    }
    this.#resolved.set(path, real);
    return real;
  }

  /** Holds a directory just made, where it was waited for or lies right in one that is held. It must still be as it was made. */
  made(path: Path): void {
    const key = bytesOf(path);
    const waitedFor = this.#find(key) !== undefined;
    const parent = this.#find(key.slice(0, key.lastIndexOf("/")));
    // A lock changes hands by its name: whoever held it by a descriptor would not see that.
    if (!waitedFor && (parent?.asked !== true || key.endsWith(".lock"))) return;
    this.#open(key, waitedFor);
    const descriptor = this.descriptorOf(path);
    if (descriptor !== null && this.#fs.list(procPath(descriptor)).length === 0) return;
    this.drop(path);
    this.#set(key, null, waitedFor);
    const text = path.toString();
    throw systemError("ESTALE", `'${text}' is not the directory that was just made there`, text);
  }

  /** Lets go of what has lost its name, and of all that is held below it. */
  drop(path: Path): void {
    const key = bytesOf(path);
    const isGone = (anchor: Anchor): boolean => anchor.key === key || anchor.key.startsWith(`${key}/`);
    const gone = this.#anchors.filter(isGone);
    this.#anchors = this.#anchors.filter((anchor) => !isGone(anchor));
    for (const { descriptor } of gone) this.#close(descriptor);
  }

  /** Goes along with a directory that has got another name. */
  renamed(from: Path, to: Path): void {
    const [fromKey, toKey] = [bytesOf(from), bytesOf(to)];
    const moved = this.#anchors.filter(({ key }) => key === fromKey || key.startsWith(`${fromKey}/`));
    const waitedFor = this.#anchors.filter(
      ({ key, descriptor }) => descriptor === null && (key === toKey || key.startsWith(`${toKey}/`)),
    );
    this.#anchors = this.#anchors.filter((anchor) => !moved.includes(anchor));
    this.drop(to);
    if (moved[0]?.descriptor === undefined) return;
    for (const { key, descriptor, asked } of [...moved].reverse()) {
      const newKey = toKey + key.slice(fromKey.length);
      this.#set(newKey, descriptor, asked || waitedFor.some((other) => other.key === newKey));
    }
    for (const { key } of [...waitedFor].reverse()) if (this.#find(key) === undefined) this.#open(key, true);
  }

  release(): void {
    const gone = this.#anchors;
    this.#anchors = [];
    for (const { descriptor } of gone) this.#close(descriptor);
  }

  /** The path by which the real file system gets there; null below a directory that is waited for. */
  locate(path: Path, use: Use): Path | null {
    if (this.#anchors.length === 0) return path;
    const bytes = bytesOf(path);
    const anchor = this.#nearest(bytes, use !== "name");
    if (anchor === undefined) return path;
    if (anchor.descriptor === null) return null;
    const base = procPath(anchor.descriptor);
    // Through `.` what is no symlink to the caller is none to a call that follows none.
    if (anchor.key === bytes) return use === "followed" ? base : `${base}/.`;
    const located = base + bytes.slice(anchor.key.length);
    if (typeof path !== "string") return Buffer.from(located, "latin1");
    return pathOf(located).toString();
  }

  /** True below a directory that is waited for. */
  isClosed(path: Path): boolean {
    return this.#anchors.length > 0 && this.#nearest(bytesOf(path), true)?.descriptor === null;
  }

  /** The descriptor of a directory that is held itself, else null. */
  descriptorOf(path: Path): number | null {
    return this.#anchors.length === 0 ? null : (this.#find(bytesOf(path))?.descriptor ?? null);
  }

  isStillThere(path: string): boolean {
    const key = bytesOf(path);
    const anchor = this.#find(key) ?? this.#nearest(key, false);
    if (anchor === undefined) return true;
    if (anchor.descriptor === null) return false;
    const held = this.#fs.fstat(anchor.descriptor);
    const there = this.#fs.stat(pathOf(anchor.key));
    return (
      there?.inode === held.inode &&
      there.device === held.device &&
      this.#fs.realpath(procPath(anchor.descriptor)) === anchor.real
    );
  }

  #find(key: string): Anchor | undefined {
    return this.#anchors.find((anchor) => anchor.key === key);
  }

  /** The nearest one above `key`; with `itself`, or while it is waited for, `key`'s own where there is one. */
  #nearest(key: string, itself: boolean): Anchor | undefined {
    return this.#anchors.find((anchor) =>
      anchor.key.length === key.length
        ? itself && anchor.descriptor !== null && anchor.key === key
        : key.charCodeAt(anchor.key.length) === 0x2f && key.startsWith(anchor.key),
    );
  }

  #open(key: string, asked: boolean): void {
    const located = this.locate(pathOf(key), "name");
    const descriptor = located === null ? null : this.#openIfThere(located);
    if (descriptor === null || this.#canGoThrough(descriptor)) this.#set(key, descriptor, asked);
  }

  #set(key: string, descriptor: number | null, asked: boolean): void {
    this.#anchors = this.#anchors
      .filter((anchor) => anchor.key !== key)
      .concat({ key, descriptor, real: descriptor === null ? "" : this.#realPath(key, descriptor), asked })
      .sort((a, b) => b.key.length - a.key.length);
  }

  /** The kernel says where the first one lies; where the others do follows from that. */
  #realPath(key: string, descriptor: number): string {
    const above = this.#nearest(key, false);
    return above === undefined
      ? (this.#fs.realpath(procPath(descriptor)) ?? "")
      : above.real + pathOf(key.slice(above.key.length)).toString();
  }

  #openIfThere(path: Path): number | null {
    try {
      return this.#fs.openDirectory(path);
    } catch (error) {
      if (isErrno(error, ...NO_DIRECTORY)) return null;
      throw error;
    }
  }

  #mustDoWithout(): boolean {
    return this.#procWorks === false;
  }

  /** Asked once. Without `/proc`, or where it is closed to this process, plain paths must do. */
  #canGoThrough(descriptor: number): boolean {
    this.#procWorks ??= isReachable(this.#fs, descriptor);
    if (!this.#procWorks) this.#close(descriptor);
    return this.#procWorks;
  }

  #close(descriptor: number | null): void {
    if (descriptor !== null) closeQuietly(this.#fs, descriptor);
  }
}

const ASCII = /^[\0-\x7f]*$/;

function bytesOf(path: Path): string {
  if (typeof path !== "string") return path.toString("latin1");
  return ASCII.test(path) ? path : Buffer.from(path).toString("latin1");
}

function pathOf(bytes: string): Path {
  return ASCII.test(bytes) ? bytes : Buffer.from(bytes, "latin1");
}
