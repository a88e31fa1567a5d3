import { constants } from "node:os";
import type { SystemCall } from "./strike.ts";

/** What may happen at one system call. */
export type OutsideFault =
  /** Every process is killed. */
  | { readonly kind: "kill" }
  /** The one that makes the call is. */
  | { readonly kind: "killproc" }
  /** The launcher is told to stop. */
  | { readonly kind: "signal"; readonly number: number }
  /** The call fails. */
  | { readonly kind: "error"; readonly errno: Errno }
  /** The call fails, and so does every later one that changes something, or needs room. */
  | { readonly kind: "from"; readonly errno: Errno }
  /** The write takes half, and the disk is full from there on. */
  | { readonly kind: "short" };

type Errno = "EACCES" | "EDQUOT" | "EIO" | "ENOSPC" | "EPERM" | "EROFS";

export const KILL: OutsideFault = { kind: "kill" };
export const KILL_PROCESS: OutsideFault = { kind: "killproc" };
export const FULL: OutsideFault = { kind: "from", errno: "ENOSPC" };
export const SHORT: OutsideFault = { kind: "short" };
/** TERM, INT and HUP. */
export const SIGNALS: readonly OutsideFault[] = [15, 2, 1].map((number) => ({ kind: "signal", number }));
const ERRORS = (["ENOSPC", "EDQUOT", "EIO", "EACCES", "EROFS", "EPERM"] as const).map(
  (errno): OutsideFault => ({ kind: "error", errno }),
);
const LASTING = (["ENOSPC", "EROFS", "EIO"] as const).map((errno): OutsideFault => ({ kind: "from", errno }));

/** Calls that can take less than they were given. */
const PARTIAL = ["write", "pwrite64", "copy_file_range", "sendfile"];

export function failuresOf({ name }: SystemCall): readonly OutsideFault[] {
  return [...ERRORS, ...LASTING, ...(PARTIAL.includes(name) ? [SHORT] : [])];
}

export function faultsOf(call: SystemCall): readonly OutsideFault[] {
  return [KILL, KILL_PROCESS, ...SIGNALS, ...failuresOf(call)];
}

/** As `strike.c` wants it. */
export function renderFault(fault: OutsideFault): string {
  if ("number" in fault) return `signal:${fault.number}`;
  if ("errno" in fault) return `${fault.kind}:${constants.errno[fault.errno]}`;
  return fault.kind;
}

/** For people. */
export function describeFault(fault: OutsideFault): string {
  if ("number" in fault) return `signal ${fault.number}`;
  return "errno" in fault ? `${fault.kind} ${fault.errno}` : fault.kind;
}
