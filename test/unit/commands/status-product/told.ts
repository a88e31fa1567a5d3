import type { FindingCode, Severity } from "../../../../src/report/finding.ts";

/** A finding as its JSON has it. */
export interface Told {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
  readonly hint: string;
  readonly path?: string;
}

/** A finding that is expected, in words of this table's own. */
export function told(
  severity: Severity,
  code: FindingCode,
  path: string | null,
  message: string,
  hint: string,
): Told {
  const base = { code, severity, message, hint: `${hint}\nclaude-credentials explain ${code}` };
  return path === null ? base : { ...base, path };
}
