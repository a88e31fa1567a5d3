import fc from "fast-check";
import { chosenAt, isRefusal } from "../fault/refusal.ts";
import { isMutating, type Call, type Fault } from "../support/faulty-file-system.ts";

/** A fault, and where it strikes: so far on, of 10,000, through the calls that it can strike. */
export interface DrawnFault {
  readonly fault: Fault;
  readonly onReads: boolean;
  readonly far: number;
}

const once = fc.record({
  kind: fc.constant("once" as const),
  errno: fc.constantFrom("EIO", "EACCES", "EPERM", "ENOSPC", "EDQUOT", "EROFS"),
});
const from = fc.record({
  kind: fc.constant("from" as const),
  errno: fc.constantFrom("ENOSPC", "EROFS", "EIO"),
});

/** Null is an undisturbed run. */
export const randomFault: fc.Arbitrary<DrawnFault | null> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 9,
    arbitrary: fc.record({
      fault: fc.oneof(
        { weight: 3, arbitrary: once },
        { weight: 2, arbitrary: from },
        { weight: 1, arbitrary: fc.constantFrom<Fault>({ kind: "short" }, { kind: "half" }) },
        { weight: 3, arbitrary: fc.constant<Fault>({ kind: "stop" }) },
      ),
      onReads: fc.boolean(),
      far: fc.nat(9999),
    }),
  },
);

/**
 * The number of the call to be struck, or null where there is none that this fault can strike.
 * @param calls those of an undisturbed run
 */
export function callToStrike(calls: readonly Call[], { fault, onReads, far }: DrawnFault): number | null {
  const chosen = chosenAt(calls);
  const numbers = [...calls.entries()]
    .filter(([at, call]) => canStrike(call, fault, onReads) && (at >= chosen || !isRefusal(call, fault)))
    .map(([at]) => at);
  return numbers[Math.floor((far / 10_000) * numbers.length)] ?? null;
}

function canStrike({ name }: Call, fault: Fault, onReads: boolean): boolean {
  if (fault.kind === "short" || fault.kind === "half") return name === "write";
  const canFailReading = fault.kind === "once" && ["EIO", "EACCES", "EPERM"].includes(fault.errno);
  return isMutating(name) !== (onReads && canFailReading);
}
