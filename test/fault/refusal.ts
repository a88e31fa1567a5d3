import { isMutating, type Call, type Fault } from "../support/faulty-file-system.ts";

/** The call from which on the store is chosen for good: under its lock `start` looks at everything again. */
export function chosenAt(calls: readonly Call[]): number {
  const changes = [...calls.keys()].filter((at) => isMutating(calls[at]?.name ?? "lstat"));
  return changes.find((at) => calls[at]?.path.includes("-incoming-")) ?? changes[0] ?? calls.length;
}

/** A store that may not be looked at or written to is passed over for the next place: another end than this one's. */
export function isRefusal({ path }: Call, fault: Fault): boolean {
  return (
    fault.kind === "once" &&
    ["EACCES", "EPERM", "EROFS"].includes(fault.errno) &&
    /[/](workspace|elsewhere)\b/.test(path)
  );
}
