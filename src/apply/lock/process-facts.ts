import { errnoCode, isErrno } from "../../errors.ts";
import type { FileSystem } from "../file-system.ts";
import { readSmallFile } from "../transfer.ts";

/** Where a process id means something, in the words of Claude Code's owner files (facts C4). */
export interface PidPlace {
  /** `linux:MACHINE-ID:pid:[NAMESPACE]`; without a machine id nothing stands between the colons. */
  readonly pidDomain: string;
  /** `HOSTNAME#pid:[NAMESPACE]`. */
  readonly pidSpace: string;
}

export interface ProcessFacts {
  readonly pid: number;
  /** When the process started, in ticks since the machine did: field 22 of `/proc/PID/stat`, as it stands there. */
  readonly procStart: string;
  /** True for one that has ended and was not yet waited for. */
  readonly hasEnded: boolean;
}

const LIMIT = 64 * 1024;

/** @returns null where `/proc` does not tell. */
export function readPidPlace(fs: FileSystem): PidPlace | null {
  if (fs.lstat("/proc/self/ns/pid") === null) return null;
  const namespace = fs.readlink("/proc/self/ns/pid").toString();
  const machineId = readLine(fs, "/etc/machine-id");
  const hostname = readLine(fs, "/proc/sys/kernel/hostname");
  return { pidDomain: `linux:${machineId}:${namespace}`, pidSpace: `${hostname}#${namespace}` };
}

/** @returns null where there is no such process, or `/proc` does not show it. */
export function readProcess(fs: FileSystem, pid: number | "self"): ProcessFacts | null {
  let text: string | undefined;
  try {
    text = readSmallFile(fs, `/proc/${pid.toString()}/stat`, LIMIT)?.toString("latin1");
  } catch (error) {
    // It ended between the look and the reading.
    if (isErrno(error, "ENOENT", "ESRCH")) return null;
    throw error;
  }
  // The command's name stands in parentheses and may hold any byte, so the fields are counted from its end.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ") ?? [];
  const [state = ""] = fields;
  const procStart = fields[19];
  if (text === undefined || procStart === undefined) return null;
  return { pid: Number.parseInt(text, 10), procStart, hasEnded: state === "Z" || state === "X" };
}

/** Whether this process is in front of its terminal, whose keys then signal all of its process group. */
export function isInFront(fs: FileSystem): boolean {
  let text: string;
  try {
    text = readSmallFile(fs, "/proc/self/stat", LIMIT)?.toString("latin1") ?? "";
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return false;
  }
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [group, ofTerminal] = [fields[2], fields[5]];
  return group !== undefined && group === ofTerminal;
}

/** Whether `/proc` shows other users' processes too, so that one that it does not show is not there. */
export function showsAllProcesses(fs: FileSystem): boolean {
  return fs.lstat("/proc/1/stat") !== null;
}

function readLine(fs: FileSystem, path: string): string {
  return readSmallFile(fs, path, LIMIT)?.toString().trim() ?? "";
}
