import { fstatSync, realpathSync, statSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import { fileURLToPath } from "node:url";
import { main } from "./cli.ts";
import { UserError } from "./errors.ts";

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

/** Characters: more than any token with its headers. */
const LONGEST_INPUT = 1024 * 1024;

async function readInput(): Promise<string> {
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.length > LONGEST_INPUT)
      throw new UserError("standard input is longer than any secret", "give the file that holds it", 2);
  }
  return text;
}

/**
 * As `isatty`, which is not asked where the answer is plain: loading it takes longer than most commands do. The
 * null device is a character device, as terminals are.
 */
function isTerminal(descriptor: 0 | 1 | 2): boolean {
  try {
    const device = fstatSync(descriptor);
    if (!device.isCharacterDevice() || device.rdev === statSync("/dev/null").rdev) return false;
  } catch {
    // Closed, or no null device in this container.
  }
  return isatty(descriptor);
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

const PASSED_ON = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2"] as const;

function onSignals(pass: (signal: NodeJS.Signals) => void): void {
  for (const name of PASSED_ON) process.on(name, pass);
}

/** A caller then sees that the command was ended by a signal, as a shell's loop does at Ctrl-C. */
function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/**
 * Runs the command line of this process.
 * @param entryUrl of the file that Node.js was started with
 * @returns the exit code
 */
export async function run(entryUrl: string): Promise<number> {
  return await main(process.argv.slice(2), {
    env: process.env,
    cwd: process.cwd(),
    version: __VERSION__,
    bundlePath: realpathSync(fileURLToPath(entryUrl)),
    out: (text) => {
      write(1, text);
    },
    err: (text) => {
      write(2, text);
    },
    listenForSignals,
    onSignals,
    endBy,
    readInput,
    isTerminal: isTerminal(1),
    terminal: isTerminal(0) && isTerminal(2) ? { input: process.stdin, output: process.stderr } : null,
  });
}
