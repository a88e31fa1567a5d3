import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";

const POLL_MILLISECONDS = 200;
const STILL_MILLISECONDS = 1000;
const COLUMNS = 120;
const ROWS = 40;

export interface TerminalOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A program in a terminal of its own, driven as a person would: by keys, and by what is on the screen. */
export interface Terminal {
  /** What the screen shows now. */
  readonly screen: () => Promise<string>;
  /** Types `text` as it is, without Enter. */
  readonly type: (text: string) => Promise<void>;
  /** Presses one key by tmux's name for it: `Enter`, `Down`, `C-c`. */
  readonly press: (key: string) => Promise<void>;
  /**
   * The first of `texts` to come onto the screen. Throws, with the screen in its message, when none comes
   * in time or when the program ends without it.
   */
  readonly waitFor: (texts: readonly string[], timeoutMilliseconds?: number) => Promise<string>;
  /** Returns when the screen has not changed for a second; throws when it never rests in time. */
  readonly waitUntilStill: (timeoutMilliseconds?: number) => Promise<void>;
  /** Returns when the program has ended by itself; throws, with the screen in its message, when it does not in time. */
  readonly waitForEnd: (timeoutMilliseconds?: number) => Promise<void>;
  /** Ends the program and the terminal. */
  readonly close: () => Promise<void>;
}

/** Starts `command` (program and arguments, no shell) in a terminal of 120 by 40. */
export async function openTerminal(
  command: readonly string[],
  options: TerminalOptions = {},
): Promise<Terminal> {
  const folder = await mkdtemp(join(tmpdir(), "claude-credentials-terminal-"));
  const base = ["-S", join(folder, "socket"), "-f", "/dev/null"];

  async function tmux(...args: string[]): Promise<string> {
    const { stdout } = await execa("tmux", [...base, ...args], { timeout: 10_000 });
    return stdout;
  }

  async function close(): Promise<void> {
    await execa("tmux", [...base, "kill-server"], { reject: false, timeout: 10_000 });
    await rm(folder, { recursive: true, force: true });
  }

  async function hasEnded(): Promise<boolean> {
    return (await tmux("display-message", "-p", "#{pane_dead}")) === "1";
  }

  async function waitForEnd(timeoutMilliseconds = 15_000): Promise<void> {
    const deadline = Date.now() + timeoutMilliseconds;
    while (!(await hasEnded())) {
      if (Date.now() > deadline) {
        throw new Error(
          `still running after ${timeoutMilliseconds} ms:\n${await tmux("capture-pane", "-p")}`,
        );
      }
      await sleep(POLL_MILLISECONDS);
    }
  }

  async function waitUntilStill(timeoutMilliseconds = 15_000): Promise<void> {
    const deadline = Date.now() + timeoutMilliseconds;
    let last = "";
    for (let since = Date.now(); Date.now() - since < STILL_MILLISECONDS;) {
      await sleep(POLL_MILLISECONDS);
      const shown = await tmux("capture-pane", "-p");
      if (shown !== last) since = Date.now();
      last = shown;
      if (Date.now() > deadline) throw new Error(`no rest in ${timeoutMilliseconds} ms:\n${shown}`);
    }
  }

  async function waitFor(texts: readonly string[], timeoutMilliseconds = 30_000): Promise<string> {
    const deadline = Date.now() + timeoutMilliseconds;
    for (;;) {
      const isDead = await hasEnded();
      const shown = await tmux("capture-pane", "-p");
      const found = texts.find((text) => shown.includes(text));
      if (found !== undefined) return found;
      if (isDead || Date.now() > deadline) {
        const why = isDead ? "the program ended" : `${timeoutMilliseconds} ms passed`;
        throw new Error(`${why} without any of ${JSON.stringify(texts)} on the screen:\n${shown}`);
      }
      await sleep(POLL_MILLISECONDS);
    }
  }

  const environment = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`);
  const place = ["-x", String(COLUMNS), "-y", String(ROWS), "-c", options.cwd ?? folder];
  const session = ["new-session", "-d", ...place, "env", ...environment, ...command];
  try {
    // One call: the option must be there before a program that ends at once could take its screen along.
    await tmux("start-server", ";", "set-option", "-g", "remain-on-exit", "on", ";", ...session);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    screen: () => tmux("capture-pane", "-p"),
    type: async (text) => {
      await tmux("send-keys", "-l", "--", text);
    },
    press: async (key) => {
      await tmux("send-keys", key);
    },
    waitFor,
    waitUntilStill,
    waitForEnd,
    close,
  };
}
