import type { CheckName } from "./check-table.ts";
import type { FindingCode, Severity } from "./finding.ts";

/** `skipped`: there is nothing to look at. `failed`: it could not be looked at. */
export type CheckResult = "ok" | Severity | "skipped" | "failed";

/** One row of `doctor`; its JSON is this object as it stands. */
export interface Check {
  readonly name: CheckName;
  readonly result: CheckResult;
  /** What was looked at and found, in a few words. Never holds a secret. */
  readonly seen: string;
  /** What mends it, as a command where there is one; null where there is nothing to mend. */
  readonly fix: string | null;
  readonly code?: FindingCode;
  readonly path?: string;
}

export interface DoctorReport {
  readonly version: 1;
  readonly checks: readonly Check[];
}

/** What a look came to where it found nothing wrong. */
export interface Sight {
  readonly result: "ok" | "info" | "skipped";
  readonly seen: string;
  readonly fix?: string;
}

/** From what needs nobody to what does. */
export const RESULTS = [
  "ok",
  "skipped",
  "info",
  "warning",
  "error",
  "failed",
] as const satisfies readonly CheckResult[];

/** True where something is wrong, or may be for all that is known: what the exit code answers for. */
export function isBad({ result }: Check): boolean {
  return result === "error" || result === "failed";
}
