import { isRuntime, staysInside } from "./captured-name.ts";
import { MACHINE_BOUND } from "./config-entries.ts";

/** What an archive says of an entry, or a directory shows. Nothing of it is to be believed. */
export interface ClaimedEntry {
  readonly name: string;
  /** `file`, `directory`, `symlink`, or anything else. */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  /** What a symlink says. */
  readonly leads: string;
}

/** Where an entry is to be written; null for one that is passed by. */
export type Judged = { readonly path: string; readonly kind: "file" | "directory" | "symlink" } | null;

/** Bounds of what is taken in: a configuration directory of years stays far below. */
const MOST_ENTRIES = 500_000;
const MOST_BYTES = 8 * 1024 ** 3;
const LONGEST_PATH = 4096;
const LONGEST_NAME = 255;
const DEEPEST = 64;
/** Bytes of a whole archive: what it holds, and the headers of that. */
export const MOST_IN_ALL = MOST_BYTES + 2048 * MOST_ENTRIES;

/** Thrown where a capture is not what `capture` makes: nothing of it is used. */
export class HostileEntry extends Error {
  constructor(name: string, why: string) {
    super(`${JSON.stringify(name.slice(0, 200))} ${why}`);
    this.name = "HostileEntry";
  }
}

/** Judges the entries of one capture, in their order. */
export class CapturedEntryGuard {
  readonly #kinds = new Map<string, "file" | "directory" | "symlink">();
  readonly #leads = new Map<string, string>();
  #entries = 0;
  #bytes = 0;

  /** @throws HostileEntry */
  judge({ name, type, size, leads }: ClaimedEntry): Judged {
    this.#count(name, size);
    const path = normal(name);
    if (path === "") {
      if (type === "directory") return null;
      throw new HostileEntry(name, "has no name");
    }
    if (type !== "file" && type !== "directory" && type !== "symlink")
      throw new HostileEntry(
        name,
        `is a ${type.slice(0, 40)}: files, directories and symlinks alone are taken`,
      );
    if (isLeftBehind(path)) return null;
    this.#checkAbove(name, path);
    const there = this.#kinds.get(path);
    if (there !== undefined && !(there === "directory" && type === "directory"))
      throw new HostileEntry(name, "is there twice");
    if (type === "symlink") {
      if (leads.split("/").length > DEEPEST || !staysInside(path, leads))
        throw new HostileEntry(name, `leads outside (${JSON.stringify(leads.slice(0, 200))})`);
      this.#leads.set(path, leads);
    }
    this.#kinds.set(path, type);
    return { path, kind: type };
  }

  /** Once all have been judged: no symlink leads through another one, which could turn it around. @throws HostileEntry */
  finish(): void {
    for (const [path, leads] of this.#leads) {
      const parts = path.split("/").slice(0, -1);
      for (const part of leads.split("/").filter((one) => one !== "" && one !== ".")) {
        if (this.#leads.has(parts.join("/"))) throw new HostileEntry(path, "leads through another symlink");
        if (part === "..") parts.pop();
        else parts.push(part);
      }
    }
  }

  #count(name: string, size: number): void {
    this.#entries += 1;
    this.#bytes += size;
    if (this.#entries > MOST_ENTRIES) throw new HostileEntry(name, "is one entry too many");
    if (!(size >= 0 && this.#bytes <= MOST_BYTES)) throw new HostileEntry(name, "is too much");
  }

  /** What an entry lies in is a directory; one that the capture did not name comes to be one. */
  #checkAbove(name: string, path: string): void {
    for (let slash = path.indexOf("/"); slash !== -1; slash = path.indexOf("/", slash + 1)) {
      const above = path.slice(0, slash);
      const kind = this.#kinds.get(above);
      if (kind === undefined) {
        this.#count(name, 0);
        this.#kinds.set(above, "directory");
      } else if (kind !== "directory") throw new HostileEntry(name, `lies below a ${kind}`);
    }
  }
}

/** The path without a dot before it and a slash behind it. @throws HostileEntry for one that is not relative and plain */
function normal(name: string): string {
  if (name === "" || name.startsWith("/")) throw new HostileEntry(name, "is no relative path");
  if (name.includes("\0") || Buffer.byteLength(name) > LONGEST_PATH)
    throw new HostileEntry(name, "is no path");
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.length > DEEPEST) throw new HostileEntry(name, "is too deep");
  if (parts.includes("..")) throw new HostileEntry(name, "leads upwards");
  if (parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME))
    throw new HostileEntry(name, "is too long a name");
  return parts.join("/");
}

/** What `capture` never takes along: another machine's locks and keys. */
function isLeftBehind(path: string): boolean {
  const parts = path.split("/");
  return MACHINE_BOUND.has(parts[0] ?? "") || parts.some((part) => isRuntime(part));
}
