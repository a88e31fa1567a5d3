/* eslint-disable n/no-unsupported-features/node-builtins --
   Web streams and Web Crypto are there in Node 18.19, named experimental until later; what reads and writes archives
   and age's format takes nothing else. Tested on the oldest Node that is supported. */
import { webcrypto } from "node:crypto";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";

/** A stream of bytes as the libraries take it. */
export type ByteStream = globalThis.ReadableStream<Uint8Array>;

export function toWeb(stream: Readable): ByteStream {
  return Readable.toWeb(stream) as ReadableStream<Uint8Array>;
}

export function fromWeb(stream: ByteStream): Readable {
  return Readable.fromWeb(stream as ReadableStream<Uint8Array>);
}

const EXPERIMENTAL = "ExperimentalWarning";

/** Node says of each such part once that it is used, into the middle of what a person reads. */
function withoutExperimentalWarnings(): void {
  const warn = process.emitWarning.bind(process) as (...warning: unknown[]) => void;
  process.emitWarning = (...warning: unknown[]): void => {
    if (warning[1] !== EXPERIMENTAL) warn(...warning);
  };
}

const loaded: { libraries: ReturnType<typeof load> | null } = { libraries: null };

/** The libraries for archives and encryption. */
export function loadArchiveLibraries(): ReturnType<typeof load> {
  loaded.libraries ??= load();
  return loaded.libraries;
}

/** Node 18 has Web Crypto behind a flag, and age's library wants it. */
async function load() {
  withoutExperimentalWarnings();
  if (!("crypto" in globalThis))
    Object.defineProperty(globalThis, "crypto", { value: webcrypto, configurable: true });
  return await import("../../archive-libraries.ts");
}
