import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import { errnoCode } from "../errors.ts";

/** A small real prompt: a slash command or `auth status` gives up while the token is renewed, and loses it (facts C9). */
export const PROMPT = "Answer with the one word: ok";

/** No tools, no MCP servers, nothing kept: the answer alone. */
const ARGUMENTS = [
  ...["-p", "--output-format", "json", "--no-session-persistence", "--strict-mcp-config"],
  ...["--tools", "", "--", PROMPT],
];

const STDOUT_LIMIT = 1024 * 1024;
/** As often is asked whether a signal came. */
const PULSE_MS = 200;

/** What came of it. The texts may hold secrets. */
export type ClientRun =
  | { readonly kind: "not-started"; readonly errnoCode: string }
  | { readonly kind: "ended"; readonly code: number | null; readonly stdout: string; readonly stderr: string }
  /** It was asked to end after too long; `pid` where it had not by then. */
  | { readonly kind: "timeout"; readonly pid: number | null };

export interface ClientQuestion {
  /** The client's absolute path. */
  readonly path: string;
  /** Instead of those of a small prompt. */
  readonly args?: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds that it may take, and that it may take to end when it is asked to. */
  readonly limit: number;
  readonly grace: number;
  /** True once it is to be given up. */
  readonly isStopped: () => boolean;
  /**
   * What then becomes of it: it is asked to end, or waited for so many milliseconds more, for it may be renewing the
   * login, and then left to go on by itself.
   */
  readonly whenStopped: "ask" | { readonly leaveAfter: number };
  /** Called once it runs. */
  readonly started?: (pid: number | undefined) => void;
  /**
   * A private folder for what it prints: one that goes on by itself, whatever becomes of us, must not end on a pipe that
   * nobody reads. Without one it prints into pipes.
   */
  readonly printsTo?: string;
  /** Called now and then while it runs. */
  readonly pulse?: () => void;
}

/**
 * Starts Claude Code with a small prompt, in a session of its own, and waits for its answer. It is asked to end
 * (SIGTERM) and never killed: a renewal that is cut off between the server's answer and the file loses the login (facts C23).
 */
export function askClient(question: ClientQuestion): Promise<ClientRun> {
  const { path, args = ARGUMENTS, env, cwd, limit, grace, whenStopped } = question;
  return new Promise((resolve) => {
    const { stdio, opened, ready } = printing(question.printsTo);
    const child = spawn(path, args, { cwd, env, detached: true, stdio });
    opened();
    const [stdout, stderr] = ready(child);
    const begun = performance.now();
    let asked: number | null = null;
    let stoppedAt: number | null = null;
    question.started?.(child.pid);
    const settle = (run: ClientRun): void => {
      clearInterval(pulse);
      resolve(run);
    };
    const pulse = setInterval(() => {
      const now = performance.now();
      question.pulse?.();
      const isStopped = question.isStopped();
      if (isStopped) stoppedAt ??= now;
      if (stoppedAt !== null && whenStopped !== "ask") {
        if (now - stoppedAt <= whenStopped.leaveAfter) return;
        leave(child);
        settle({ kind: "timeout", pid: child.pid ?? null });
      } else if (asked === null && (now - begun > limit || isStopped)) {
        asked = now;
        child.kill("SIGTERM");
      } else if (asked !== null && now - asked > grace) {
        leave(child);
        settle({ kind: "timeout", pid: child.pid ?? null });
      }
    }, PULSE_MS);
    child.on("error", (error: NodeJS.ErrnoException) => {
      // One that could not be asked to end runs on.
      if (child.pid !== undefined) return;
      settle({ kind: "not-started", errnoCode: error.code ?? "EIO" });
    });
    child.once("close", (code) => {
      settle(
        asked === null
          ? { kind: "ended", code, stdout: stdout(), stderr: stderr() }
          : { kind: "timeout", pid: null },
      );
    });
  });
}

interface Printing {
  readonly stdio: StdioOptions;
  /** Once the client has its descriptors. */
  readonly opened: () => void;
  /** What reads its standard output and its standard error. */
  readonly ready: (child: ChildProcess) => readonly [() => string, () => string];
}

function printing(folder: string | undefined): Printing {
  if (folder === undefined) {
    return {
      stdio: ["ignore", "pipe", "pipe"],
      opened: () => undefined,
      ready: ({ stdout, stderr }) => [collect(stdout), collect(stderr)],
    };
  }
  const files = [`${folder}/stdout`, `${folder}/stderr`] as const;
  const descriptors = files.map((file) => openSync(file, "wx", 0o600));
  return {
    stdio: ["ignore", ...descriptors],
    opened: () => {
      descriptors.forEach(closeSync);
    },
    ready: () => [() => beginningOf(files[0]), () => beginningOf(files[1])],
  };
}

/** "" where it cannot be read any more: then only the login tells what came of it. */
function beginningOf(file: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return "";
  }
  try {
    const bytes = Buffer.alloc(STDOUT_LIMIT);
    return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, STDOUT_LIMIT, 0));
  } finally {
    closeSync(descriptor);
  }
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = "";
  stream?.setEncoding("utf8");
  stream?.on("data", (part) => {
    if (text.length < STDOUT_LIMIT) text += String(part);
  });
  return () => text;
}

/** It goes on by itself. */
function leave(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}
