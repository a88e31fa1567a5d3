import { spawn } from "node:child_process";
import { constants } from "node:os";
import { clearTimeout, setTimeout } from "node:timers";

const GRACE_MS = 5_000;
const running = new Set();
let stoppedBy = null;

/** The person, or the machine, wants the demo to stop. */
export class Stopped extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * From now on signals end what is running and make every `run` throw `Stopped`, so that nothing of ours goes on
 * while what is left of it is removed; a second signal kills. A closed standard output counts as a signal: nobody
 * is looking.
 */
export function stopOnSignals() {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(signal));
  process.stdout.on("error", () => stop("SIGPIPE"));
}

/** @param {NodeJS.Signals} signal */
function stop(signal) {
  const isImpatient = stoppedBy !== null;
  stoppedBy ??= signal;
  const endAll = (how) => {
    for (const child of running) end(child, how);
  };
  endAll(isImpatient ? "SIGKILL" : "SIGTERM");
  setTimeout(() => endAll("SIGKILL"), GRACE_MS).unref();
}

/** True once a signal came. */
export function wasStopped() {
  return stoppedBy !== null;
}

function checkStopped() {
  if (stoppedBy !== null) throw new Stopped(stoppedBy);
}

function end(child, signal) {
  try {
    // Its process group: what the child started goes with it.
    process.kill(process.platform === "win32" ? child.pid : -child.pid, signal);
  } catch {
    // It ended by itself in between.
  }
}

/**
 * Runs a program to its end, out of reach of the terminal's Ctrl-C: that is for `stop` to pass on.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, input?: string, timeoutMs?: number, cleaning?: boolean }} options
 * `cleaning`: runs although a signal came, to remove what is left
 * @returns {Promise<{ ok: boolean, code: number | null, stdout: string, stderr: string }>} `code` null: it could not be started, or was killed
 * @throws {Stopped}
 */
export async function run(file, args, options = {}) {
  if (options.cleaning !== true) checkStopped();
  const result = await start(file, args, options);
  if (options.cleaning !== true) checkStopped();
  return result;
}

function start(file, args, { cwd, env = process.env, input, timeoutMs = 0, cleaning = false }) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd, env, detached: process.platform !== "win32" });
    if (!cleaning) running.add(child);
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8").on("data", (text) => {
        said[name] += text;
      });
    }
    // A program that does not read its input is no fault.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input ?? "");
    const limit = timeoutMs > 0 ? setTimeout(() => end(child, "SIGKILL"), timeoutMs) : undefined;
    const finish = (code, message = "") => {
      clearTimeout(limit);
      running.delete(child);
      resolve({ ok: code === 0, code, stdout: said.stdout, stderr: said.stderr + message });
    };
    child.on("error", (error) => finish(null, error.message));
    child.on("close", (code) => finish(code));
  });
}
