import { ownHint, type Finding, type Severity } from "./finding.ts";
import { advice, paint, paragraph, type Page, type Tone } from "./page.ts";
import { printable } from "./printable.ts";

const TONES: Readonly<Record<Severity, Tone>> = { info: "note", warning: "warning", error: "bad" };

/** A finding as `renderFinding` has it, laid out for a page. */
export function findingLines(page: Page, finding: Finding): string[] {
  const { code, severity, message } = finding;
  const what = `${severity} ${code}`;
  const [first = "", ...rest] = paragraph(page, "", `claude-credentials: ${what}: ${message}`, 2);
  return [
    first.replace(what, () => paint(page, TONES[severity], what)),
    ...rest,
    ...advice(page, 2, ownHint(finding)),
    ...advice(page, 2, `more: claude-credentials explain ${code}`),
  ];
}

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
