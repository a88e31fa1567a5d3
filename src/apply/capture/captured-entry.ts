import type { Path } from "../file-system.ts";

/** One entry of a captured login. */
export type CapturedEntry = {
  /** Relative to the configuration directory; a directory comes before what is in it. */
  readonly path: Buffer;
  /** Permission bits: for nobody but the owner. */
  readonly mode: number;
  readonly modifiedNs: bigint;
} & (
  | { readonly kind: "directory" }
  | { readonly kind: "symlink"; readonly text: Buffer }
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  /** A file that is read when it is its turn. */
  | { readonly kind: "file"; readonly source: Path }
);

/** An entry that is made of a text of ours. @param now epoch milliseconds */
export function textEntry(name: string, text: string, now: number): CapturedEntry {
  const modifiedNs = BigInt(now) * 1_000_000n;
  return { kind: "bytes", path: Buffer.from(name), mode: 0o600, modifiedNs, bytes: Buffer.from(text) };
}
