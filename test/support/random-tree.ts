import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import fc from "fast-check";

/** A directory's entries by name; names are bytes, written as latin1. */
export type Tree = ReadonlyMap<string, TreeEntry>;

export type TreeEntry =
  | {
      readonly kind: "file";
      readonly bytes: string;
      /** So many times over: large files are told in a few words. */
      readonly repeated: number;
      readonly mode: number;
      readonly time: number;
    }
  | { readonly kind: "symlink"; readonly text: string; readonly time: number }
  | { readonly kind: "fifo" }
  | { readonly kind: "directory"; readonly entries: Tree; readonly mode: number; readonly time: number };

const NFC = Buffer.from("caf\u00e9").toString("latin1");
const NFD = Buffer.from("cafe\u0301").toString("latin1");

/** Names that two sides have in common more often than not, and the ones that trip programs up. */
const KNOWN_NAMES = [
  ...["a", "b", "c", "settings.json", "projects", NFC, NFD],
  ...[
    "-rf",
    "..x",
    "...",
    " ",
    "two\nlines",
    "tab\there",
    "$(id)",
    "'\"`",
    "\\",
    "*",
    "~",
    "\xff\xfe",
    "\x80",
  ],
  ...["n".repeat(255), "\xff".repeat(255), "core", "backups", "format", ".lock"],
];

const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...KNOWN_NAMES) },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ minLength: 1, maxLength: 255 })
      .map((bytes) =>
        Buffer.from(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 1 : byte))).toString("latin1"),
      )
      .filter((text) => text !== "." && text !== ".."),
  },
);

/** Seconds since the epoch, to the microsecond. */
const time = fc
  .tuple(fc.integer({ min: 0, max: 2_000_000_000 }), fc.integer({ min: 0, max: 999_999 }))
  .map(([seconds, microseconds]) => seconds + microseconds / 1e6);

const small = fc.oneof(
  fc.constantFrom("", "same", "other"),
  fc.uint8Array({ maxLength: 64 }).map((array) => Buffer.from(array).toString("latin1")),
);

const content = fc.oneof(
  { weight: 2, arbitrary: fc.record({ bytes: small, repeated: fc.constant(1) }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ bytes: "\0", repeated: 300_000 }, { bytes: "xyz", repeated: 90_001 }),
  },
);

const linkText = fc.constantFrom(
  ...[
    "a",
    "../a",
    "b/c",
    ".",
    "..",
    "dangling",
    "/etc/passwd",
    "/nowhere/at/all",
    "\xff\xfe",
    "a\nb",
    "loop",
  ],
);

const { tree } = fc.letrec<{ tree: Tree; entry: TreeEntry }>((tie) => ({
  tree: fc
    .array(fc.tuple(name, tie("entry")), { maxLength: 5, size: "medium" })
    .map((pairs) => new Map(pairs)),
  entry: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          content,
          fc.record({
            kind: fc.constant("file" as const),
            mode: fc.constantFrom(0o600, 0o644, 0o400, 0o444, 0o755, 0o640, 0o777),
            time,
          }),
        )
        .map(([what, rest]) => ({ ...rest, ...what })),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("symlink" as const), text: linkText, time }) },
    { weight: 1, arbitrary: fc.constant({ kind: "fifo" as const }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("directory" as const),
        entries: tie("tree"),
        mode: fc.constantFrom(0o700, 0o755, 0o777, 0o555, 0o500, 0o750),
        time,
      }),
    },
  ),
}));

/** Trees a few levels deep, of every kind of entry that a user can make. */
export const randomTree: fc.Arbitrary<Tree> = tree;

export function bytesOf(latin1: string): Buffer {
  return Buffer.from(latin1, "latin1");
}

function below(directory: Buffer, entry: string): Buffer {
  return Buffer.concat([directory, Buffer.from("/"), bytesOf(entry)]);
}

/** Makes a tree's entries in a directory that is there. FIFOs are made by a shell, all at once. */
export function writeTree(root: string, entries: Tree): void {
  const pipes: Buffer[] = [];
  writeEntries(Buffer.from(root), entries, pipes);
  if (pipes.length > 0) makePipes(pipes);
  setDirectories(Buffer.from(root), entries);
}

function writeEntries(directory: Buffer, entries: Tree, pipes: Buffer[]): void {
  for (const [entryName, entry] of entries) {
    const path = below(directory, entryName);
    switch (entry.kind) {
      case "file":
        fs.writeFileSync(path, bytesOf(entry.bytes.repeat(entry.repeated)));
        fs.chmodSync(path, entry.mode);
        fs.utimesSync(path, entry.time, entry.time);
        break;
      case "symlink":
        fs.symlinkSync(bytesOf(entry.text), path);
        fs.lutimesSync(path, entry.time, entry.time);
        break;
      case "fifo":
        pipes.push(path);
        break;
      case "directory":
        fs.mkdirSync(path, 0o700);
        writeEntries(path, entry.entries, pipes);
    }
  }
}

/** Names go in by standard input, each behind a NUL: Node passes no other bytes than UTF-8 as arguments. */
function makePipes(paths: readonly Buffer[]): void {
  const input = Buffer.concat(paths.flatMap((path) => [path, Buffer.from([0])]));
  execFileSync("xargs", ["-0", "mkfifo", "--"], { input });
}

/** Modes and times last: what is made in a directory changes both. */
function setDirectories(directory: Buffer, entries: Tree): void {
  for (const [entryName, entry] of entries) {
    if (entry.kind !== "directory") continue;
    const path = below(directory, entryName);
    setDirectories(path, entry.entries);
    fs.chmodSync(path, entry.mode);
    fs.utimesSync(path, entry.time, entry.time);
  }
}
