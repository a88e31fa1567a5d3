import type { Finding } from "./finding.ts";
import { printable } from "./printable.ts";

/** A finding as two lines: what is wrong, and what to do. */
export function renderFinding({ code, severity, message, hint }: Finding): string {
  return `claude-credentials: ${severity} ${code}: ${printable(message)}\n  ${printable(hint)}\n`;
}
