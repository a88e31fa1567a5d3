import { ownHint, type Finding } from "./finding.ts";
import { printable } from "./printable.ts";

/** A finding as three lines: what is wrong, what to do, and where more is said. */
export function renderFinding(finding: Finding): string {
  const { code, severity, message } = finding;
  return [
    `claude-credentials: ${severity} ${code}: ${printable(message)}`,
    `  ${printable(ownHint(finding))}`,
    `  more: claude-credentials explain ${code}`,
    "",
  ].join("\n");
}
