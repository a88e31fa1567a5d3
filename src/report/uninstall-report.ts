import type { Outcome } from "../apply/outcome.ts";
import { changeLines, isToldChange } from "./change-lines.ts";
import type { Finding } from "./finding.ts";
import { renderFinding } from "./text.ts";

/** What `uninstall` did; its JSON is this object as it stands. */
export interface UninstallReport {
  readonly version: 1;
  readonly outcome: "uninstalled" | "unchanged" | "failed";
  readonly actions: readonly Outcome[];
  readonly findings: readonly Finding[];
}

/** @param isComplete whether everything that may go is gone, and everything that can be brought back is */
export function uninstallReport(
  outcomes: readonly Outcome[],
  findings: readonly Finding[],
  isComplete: boolean,
): UninstallReport {
  const isChanged = outcomes.some(({ result }) => result === "created" || result === "updated");
  const outcome = !isComplete ? "failed" : isChanged ? "uninstalled" : "unchanged";
  return { version: 1, outcome, actions: outcomes, findings };
}

const HEADLINES = {
  uninstalled: "the login is an ordinary one in the home again",
  unchanged: "nothing of ours is in the home, nothing changed",
  failed: "not all could be undone; nothing was lost, and the next run goes on",
} as const;

/** The text for people: one line that sums up, one for each thing that changed, three for each finding. */
export function renderUninstall(
  report: UninstallReport,
  home: string,
  dryRun: boolean,
): { out: string; err: string } {
  const told = report.actions.filter((outcome) =>
    dryRun ? outcome.result !== "unchanged" : isToldChange(outcome),
  );
  const headline = dryRun
    ? told.length === 0
      ? "dry run: nothing to do"
      : "dry run: this would be done"
    : HEADLINES[report.outcome];
  return {
    out: `${[`claude-credentials: ${headline}`, ...changeLines(told, home)].join("\n")}\n`,
    err: report.findings.map(renderFinding).join(""),
  };
}
