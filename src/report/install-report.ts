import type { Outcome } from "../apply/outcome.ts";
import { changeLines, isToldChange } from "./change-lines.ts";
import type { Finding } from "./finding.ts";
import { renderFinding } from "./text.ts";

/** What `install` did; its JSON is this object as it stands. */
export interface InstallReport {
  readonly version: 1;
  readonly outcome: "installed" | "unchanged" | "failed";
  readonly actions: readonly Outcome[];
  readonly findings: readonly Finding[];
}

const HEADLINES = {
  installed: "installed; the links lead into the image until the container's first start",
  unchanged: "installed already, nothing to do",
  failed: "not all could be installed",
} as const;

export function renderInstall(report: InstallReport, home: string): string {
  const told = report.actions.filter(
    (outcome) => isToldChange(outcome) || ["failed", "skipped"].includes(outcome.result),
  );
  const lines = changeLines(told, home).map((line) => `${line}\n`);
  return `claude-credentials: ${HEADLINES[report.outcome]}\n${lines.join("")}${report.findings.map(renderFinding).join("")}`;
}
