import { spawn, type ChildProcess } from "node:child_process";

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
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Milliseconds that it may take, and that it may take to end when it is asked to. */
  readonly limit: number;
  readonly grace: number;
  /** True once it is to be given up. */
  readonly isStopped: () => boolean;
}

/**
 * Starts Claude Code with a small prompt, in a session of its own, and waits for its answer. It is asked to end
 * (SIGTERM) and never killed: a renewal that is cut off between the server's answer and the file loses the login (facts C23).
 */
export function askClient({ path, env, cwd, limit, grace, isStopped }: ClientQuestion): Promise<ClientRun> {
  return new Promise((resolve) => {
    const child = spawn(path, ARGUMENTS, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
    const begun = performance.now();
    let asked: number | null = null;
    const settle = (run: ClientRun): void => {
      clearInterval(pulse);
      resolve(run);
    };
    const pulse = setInterval(() => {
      const now = performance.now();
      if (asked === null && (now - begun > limit || isStopped())) {
        asked = now;
        child.kill("SIGTERM");
      } else if (asked !== null && now - asked > grace) {
        leave(child);
        settle({ kind: "timeout", pid: child.pid ?? null });
      }
    }, PULSE_MS);
    child.once("error", (error: NodeJS.ErrnoException) => {
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

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (part) => {
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
