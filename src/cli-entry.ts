import { realpathSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main } from "./cli.ts";

/** Put in place by the build, from package.json. */
declare const __VERSION__: string;

/**
 * Writes all of `text`, also where the descriptor is a pipe that is full for the moment. A reader who went
 * away (`EPIPE`) is no reason to fail: a hook whose output nobody reads has still done its work.
 */
function write(descriptor: 1 | 2, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "EAGAIN") continue;
      if (code === "EPIPE" || code === "EBADF" || code === "EIO" || code === "ENOSPC") return;
      throw error;
    }
  }
}

/** A second signal ends the process at once. */
function listenForSignals(): () => number | null {
  let received: number | null = null;
  for (const [name, number] of [
    ["SIGHUP", 1],
    ["SIGINT", 2],
    ["SIGTERM", 15],
  ] as const)
    process.once(name, () => (received ??= 128 + number));
  return () => received;
}

process.exitCode = await main(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  version: __VERSION__,
  bundlePath: realpathSync(fileURLToPath(import.meta.url)),
  out: (text) => {
    write(1, text);
  },
  err: (text) => {
    write(2, text);
  },
  listenForSignals,
});
