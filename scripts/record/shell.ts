import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Printed, Scene } from "./cast.ts";

/** The prompt lies between these: marks that a terminal does not show (OSC 133). */
const [BEFORE_PROMPT, AFTER_PROMPT] = ["\u001b]133;A\u0007", "\u001b]133;B\u0007"];
const POLL_MS = 20;

/** An interactive shell in a pseudo-terminal. */
export interface Shell {
  /**
   * Types a line key by key, as a person would, and waits for the next prompt. Throws, with what was printed, when none
   * comes in time.
   */
  readonly run: (line: string, timeoutMilliseconds?: number) => Promise<Scene>;
  readonly close: () => void;
}

export interface ShellPlace {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
}

/** What bash is to show as its prompt; goes into the environment as `PS1`. */
export function promptOf(text: string): string {
  return `\\[${BEFORE_PROMPT}\\]${text}\\[${AFTER_PROMPT}\\]`;
}

/** Starts `command`, which ends in an interactive bash with a prompt of `promptOf`; returns at its first prompt. */
export async function openShell({ command, env, columns, rows }: ShellPlace): Promise<Shell> {
  const size = `stty cols ${columns} rows ${rows}`;
  const exec = `exec ${command.map(quote).join(" ")}`;
  const child = spawn("script", ["--quiet", "--flush", "--command", `${size}; ${exec}`, "/dev/null"], {
    env: { ...process.env, ...env, SHELL: "/bin/sh", TERM: "xterm-256color" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let heard: Printed[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    heard.push({ at: performance.now(), text });
  });
  const textHeard = (): string => joined(heard);

  async function until(isHeard: () => boolean, milliseconds: number): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (!isHeard()) {
      if (child.exitCode !== null || Date.now() > deadline) {
        child.kill();
        throw new Error(`the shell shows no prompt; it printed:\n${textHeard()}`);
      }
      await sleep(POLL_MS);
    }
  }

  const atPrompt = (): boolean => textHeard().includes(AFTER_PROMPT);
  await until(atPrompt, 30_000);
  let prompt = textHeard();

  async function run(line: string, timeoutMilliseconds = 60_000): Promise<Scene> {
    const keys: string[] = [];
    for (const key of line) {
      heard = [];
      child.stdin.write(key);
      await until(() => heard.length > 0, 5000);
      keys.push(textHeard());
    }
    heard = [];
    const began = performance.now();
    child.stdin.write("\r");
    await until(atPrompt, timeoutMilliseconds);
    const [printed, next] = splitAtPrompt(heard);
    const scene = { prompt, keys, printed: printed.map(({ at, text }) => ({ at: at - began, text })) };
    prompt = next;
    return scene;
  }

  return {
    run,
    close: () => {
      child.kill("SIGHUP");
    },
  };
}

/** What a command printed, and the prompt that came after it. */
function splitAtPrompt(heard: readonly Printed[]): [printed: readonly Printed[], prompt: string] {
  const mark = heard.findIndex((_, index) => joined(heard.slice(0, index + 1)).includes(BEFORE_PROMPT));
  const rest = joined(heard.slice(mark));
  const cut = rest.indexOf(BEFORE_PROMPT);
  const last = { at: heard[mark]?.at ?? 0, text: rest.slice(0, cut) };
  return [[...heard.slice(0, mark), last], rest.slice(cut)];
}

function joined(printed: readonly Printed[]): string {
  return printed.map(({ text }) => text).join("");
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
