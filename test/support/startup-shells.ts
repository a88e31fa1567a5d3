import { execFile } from "node:child_process";
import { type RcKind, SECTION_TEXTS } from "../../src/env/section-texts.ts";
import { requireProgram } from "./shell.ts";

/** A shell that reads one of our sections. */
export interface StartupShell {
  readonly name: string;
  readonly kind: RcKind;
  /** The program and its arguments, up to where `-c SCRIPT` goes; no startup file is read. */
  readonly command: readonly string[];
}

/** Every shell that is to be reached; throws naming the package of one that is missing, so that none is left out unseen. */
export function startupShells(): readonly StartupShell[] {
  return [
    { name: "bash", kind: "bash", command: [requireProgram("bash"), "--norc", "--noprofile"] },
    { name: "bash as sh", kind: "profile", command: [requireProgram("bash"), "--norc", "--posix"] },
    { name: "dash", kind: "profile", command: [requireProgram("dash")] },
    { name: "busybox ash", kind: "profile", command: [requireProgram("busybox", "busybox-static"), "ash"] },
    { name: "zsh", kind: "zsh", command: [requireProgram("zsh"), "--no-rcs"] },
    // A person's options that read quotes in another way, or end a shell in another way.
    {
      name: "zsh with options",
      kind: "zsh",
      command: [
        requireProgram("zsh"),
        "--no-rcs",
        "-o",
        "rcquotes",
        "-o",
        "cshjunkiequotes",
        "-o",
        "globsubst",
      ],
    },
    { name: "fish", kind: "fish", command: [requireProgram("fish"), "--no-config"] },
  ];
}

/** What a shell reads at its start, with `behind` after it. What can be is made as strict as a person may have it. */
export function startupScript({ kind }: StartupShell, behind: string): string {
  return `${kind === "fish" ? "" : "set -eu\n"}${SECTION_TEXTS[kind][0]}${behind}\n`;
}

export interface ShellRun {
  readonly code: number;
  readonly out: Buffer;
  readonly err: string;
}

/** Runs a script in a shell whose home is `home`, with nothing else in its environment. */
export async function runScript(
  { command }: StartupShell,
  script: string,
  home: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ShellRun> {
  const [program = "", ...args] = command;
  return await new Promise((resolve) => {
    const child = execFile(
      program,
      [...args, "-c", script],
      {
        cwd: home,
        env: { PATH: process.env["PATH"] ?? "", HOME: home, ...env },
        encoding: "buffer",
        maxBuffer: 64 * 1024 * 1024,
        timeout: 60_000,
      },
      (error, out, err) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, out, err: err.toString() });
      },
    );
    child.stdin?.end();
  });
}

/** The variables that `env -0` wrote. */
export function environmentOf(out: Buffer): Map<string, Buffer> {
  const variables = new Map<string, Buffer>();
  for (let start = 0; start < out.length;) {
    const end = out.indexOf(0, start);
    const entry = out.subarray(start, end === -1 ? out.length : end);
    const equals = entry.indexOf("=");
    variables.set(entry.subarray(0, equals).toString(), entry.subarray(equals + 1));
    start += entry.length + 1;
  }
  return variables;
}
