import { readFileSync, rmSync } from "node:fs";
import { execa } from "execa";
import { requireProgram } from "../../support/shell.ts";

/** A system call that was made and did not fail. */
export interface TracedCall {
  readonly thread: string;
  readonly name: string;
  /** All of the call as strace writes it, with the paths of descriptors and whole strings. */
  readonly text: string;
}

export interface TracedRun {
  readonly exitCode: number | undefined;
  /** Both outputs. */
  readonly output: string;
  /** Of all its processes: what makes and names files, what writes, and programs with arguments and environments. */
  readonly calls: readonly TracedCall[];
}

const NAMES = [
  ...["execve", "execveat", "open", "openat", "creat", "mknod", "mknodat", "chmod", "fchmod", "fchmodat"],
  ...["rename", "renameat", "renameat2", "link", "linkat", "copy_file_range", "sendfile"],
  ...["write", "pwrite64", "writev", "pwritev", "sendto", "sendmsg"],
];

/** Runs a program under umask 000, below strace. @param trace a file for its own use */
export async function traceRun(
  trace: string,
  command: readonly string[],
  options: { readonly input: string; readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<TracedRun> {
  const strace = [requireProgram("strace"), "-f", "-qq", "-y", "-v", "--seccomp-bpf", "-s", "65536"];
  const all = [...strace, "-o", trace, "-e", `trace=${NAMES.join(",")}`, ...command];
  const { exitCode, stdout, stderr } = await execa("/bin/sh", ["-c", 'umask 000; exec "$@"', "sh", ...all], {
    ...{ ...options, extendEnv: false, reject: false, timeout: 60_000 },
  });
  const calls = parseTrace(readFileSync(trace, "latin1"));
  rmSync(trace);
  return { exitCode, output: `${stdout}\n${stderr}`, calls };
}

/** The strings among a call's arguments, as strace escapes them. */
export function stringsOf({ text }: TracedCall): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, string = ""]) => string);
}

function parseTrace(text: string): TracedCall[] {
  const begun = new Map<string, string>();
  return text.split("\n").flatMap((line) => {
    const [, thread = "", said = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (said.endsWith(" <unfinished ...>")) {
      begun.set(thread, said.slice(0, -" <unfinished ...>".length));
      return [];
    }
    const whole = said.replace(/^<\.\.\. \w+ resumed>/, () => begun.get(thread) ?? "");
    const [, name] = /^(\w+)\(.* = (?:\d|\?)/.exec(whole) ?? [];
    return name === undefined ? [] : [{ thread, name, text: whole }];
  });
}
