import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureDirSync } from "fs-extra/esm";

/** A process of the test bed that outlives the call which started it; its record outlives even us. */
export interface Background {
  readonly name: string;
  readonly pid: number;
  readonly log: string;
  readonly stop: () => Promise<void>;
}

/** Starts a program in the background: output to `NAME.log`, process id to `pids/NAME` of the run's directory. */
export function startBackground(
  directory: string,
  name: string,
  file: string,
  args: readonly string[],
): Background {
  const log = join(directory, `${name}.log`);
  const output = openSync(log, "a", 0o600);
  const child = spawn(file, args, { detached: true, stdio: ["ignore", output, output] });
  closeSync(output);
  // Without a listener a program that is not there would end the whole test run; the log tells why it never answered.
  child.on("error", (error) => {
    writeFileSync(log, `${error.message}\n`, { flag: "a" });
  });
  child.unref();
  if (child.pid === undefined) throw new Error(`${file} could not be started`);
  const record = join(directory, "pids", name);
  ensureDirSync(join(directory, "pids"));
  claimFor(child.pid, record);
  return { name, pid: child.pid, log, stop: () => stopRecorded(record) };
}

/** Waits until `check` says yes; the error after `seconds` carries the end of the program's log. */
export async function waitUntilReady(
  background: Background,
  check: () => Promise<boolean>,
  seconds = 30,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    if (await check()) return;
    if (startTime(background.pid) === undefined) break;
    await sleep(100);
  }
  const tail = readFileSync(background.log, "utf8").split("\n").slice(-20).join("\n");
  throw new Error(`${background.name} did not come up:\n${tail}`);
}

/** Notes a process id with the time that process was started, since the bare number may be another's tomorrow. */
export function claimFor(pid: number, record: string): void {
  writeFileSync(record, `${pid} ${startTime(pid) ?? "gone"}\n`, { mode: 0o600 });
}

/** Whether the very process of a record still runs. */
export function isAlive(record: string): boolean {
  return livingPid(record) !== undefined;
}

/** Ends the process of a record: asked first, after twenty seconds made to. The record goes with it. */
export async function stopRecorded(record: string): Promise<void> {
  const pid = livingPid(record);
  if (pid !== undefined) {
    process.kill(pid, "SIGTERM");
    for (let waited = 0; waited < 200 && isAlive(record); waited++) await sleep(100);
    if (isAlive(record)) process.kill(pid, "SIGKILL");
  }
  rmSync(record, { force: true });
}

function livingPid(record: string): number | undefined {
  const [pid, started] = readIfThere(record).trim().split(" ");
  if (pid === undefined || started === undefined) return undefined;
  return startTime(Number(pid)) === started ? Number(pid) : undefined;
}

/** Field 22 of /proc/PID/stat; none for a process that is gone or a zombie. */
function startTime(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? undefined : fields[19];
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ESRCH") return "";
    throw error;
  }
}
