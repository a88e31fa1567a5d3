import { anchored } from "../apply/anchored-file-system.ts";
import type { AnchoredMachine, Machine } from "../inspect/inspect.ts";

/** Does some work on a machine that holds what it looks at, and lets go of it afterwards. */
export async function holding<T>(
  machine: Machine,
  work: (held: AnchoredMachine) => T | Promise<T>,
): Promise<T> {
  const fs = anchored(machine.fs);
  try {
    return await work({ ...machine, fs });
  } finally {
    fs.release();
  }
}
