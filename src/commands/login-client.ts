import type { FileSystem } from "../apply/file-system.ts";
import { isInFront } from "../apply/lock/process-facts.ts";
import { noteProcess, RUN_TOUCH_MS, touchRunFolder } from "../apply/run-folder.ts";
import { errnoCode } from "../errors.ts";
import { askClient } from "../live/ask-client.ts";
import { runCommand } from "../live/run-command.ts";
import type { LoginEnd } from "../report/login-report.ts";

/** Milliseconds. */
export interface LoginLimits {
  /** For the end of a client that a signal asked to stop; after it, one that a person logs in with is killed. */
  readonly stop: number;
  /** For the answer to a token, and then for the client's end. */
  readonly answer: number;
  readonly grace: number;
}

export const LOGIN_LIMITS: LoginLimits = { stop: 40_000, answer: 120_000, grace: 30_000 };

const ARGUMENTS = ["auth", "login"] as const;

/** A client that is to log in. */
export interface LoginClient {
  readonly fs: FileSystem;
  /** The client's absolute path. */
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
  /** The run's folder, and an empty one in it to work in. */
  readonly folder: string;
  readonly cwd: string;
  readonly limits: LoginLimits;
  readonly now: () => number;
  /** Calls `pass` with each signal that this process gets. */
  readonly onSignal: (pass: (signal: NodeJS.Signals) => void) => void;
  /** Whether one came. */
  readonly isStopped: () => boolean;
}

/** Has a person log in, with our terminal and in our process group; signals reach the client as they reach us. */
export async function logInByHand(client: LoginClient): Promise<LoginEnd> {
  const { fs, path, env, folder, cwd, limits, now, onSignal, isStopped } = client;
  let pid: number | undefined;
  let killer: NodeJS.Timeout | undefined;
  const end = await runCommand({
    ...{ command: [path, ...ARGUMENTS], env, cwd, pace: RUN_TOUCH_MS },
    onSignal: (pass) => {
      onSignal((signal) => {
        pass(signal);
        if (isStopped())
          killer ??= setTimeout(() => {
            if (pid !== undefined) kill(pid);
          }, limits.stop);
      });
    },
    isInFront: () => isInFront(fs),
    started: (started) => {
      pid = started;
      noteProcess(fs, folder, pid);
    },
    pulse: () => {
      touchRunFolder(fs, folder, now());
    },
  });
  // Its number may be another process's by now.
  onSignal(() => undefined);
  pid = undefined;
  clearTimeout(killer);
  if (end.kind === "not-started") return end;
  return { kind: "ended", code: end.kind === "exit" ? end.code : null, stderr: "" };
}

/**
 * Has the client log in by the refresh token in its environment, in a session of its own that no kill of ours reaches: the
 * token works once.
 */
export async function logInByToken(client: LoginClient): Promise<LoginEnd> {
  const { fs, path, env, folder, cwd, limits, now, onSignal, isStopped } = client;
  onSignal(() => undefined);
  return await askClient({
    ...{ path, args: ARGUMENTS, env, cwd, limit: limits.answer, grace: limits.grace, isStopped },
    whenStopped: { leaveAfter: limits.stop },
    printsTo: folder,
    started: (pid) => {
      noteProcess(fs, folder, pid);
    },
    pulse: () => {
      touchRunFolder(fs, folder, now());
    },
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
  }
}
