import type { Applied, Outcome } from "../apply/outcome.ts";
import type { Plan } from "../plan/plan.ts";
import { changeLines } from "./change-lines.ts";
import { isToldChange } from "./change-lines.ts";
import type { Finding } from "./finding.ts";
import { printable } from "./printable.ts";
import { renderFinding } from "./text.ts";

/** What `env set` and `env unset` did; their JSON is this object as it stands. */
export interface EnvChangeReport {
  readonly version: 1;
  readonly outcome: "set" | "unset" | "unchanged" | "failed";
  readonly actions: readonly Outcome[];
  readonly findings: readonly Finding[];
}

interface Done {
  readonly made: Plan;
  readonly applied: Applied;
}

/** @param started what `start` did before */
export function envChangeReport(word: "set" | "unset", started: Done, changed: Done): EnvChangeReport {
  const { outcomes } = changed.applied;
  const isFailed = outcomes.some(({ kind, result }) => result === "failed" && kind !== "prune-backups");
  const isLocked = changed.applied.findings.some(({ severity }) => severity === "error");
  const isChanged = outcomes.some(
    (outcome) => outcome.result !== "unchanged" && outcome.result !== "skipped",
  );
  return {
    version: 1,
    outcome: isFailed || isLocked ? "failed" : isChanged ? word : "unchanged",
    actions: [...started.applied.outcomes, ...outcomes],
    findings: unique([...changed.made.findings, ...started.applied.findings, ...changed.applied.findings]),
  };
}

function unique(findings: readonly Finding[]): Finding[] {
  const said = new Set<string>();
  return findings.filter(({ code, path, message }) => {
    const key = `${code} ${path ?? message}`;
    if (said.has(key)) return false;
    said.add(key);
    return true;
  });
}

/** The text for people. @param headline what it came to, in a line; @param advice what to do now */
export function renderEnvChange(
  report: EnvChangeReport,
  home: string,
  headline: string,
  advice: readonly string[],
): string {
  const changes = changeLines(report.actions.filter(isToldChange), home);
  const lines = [
    `claude-credentials: ${printable(headline)}`,
    ...changes,
    ...advice.map((line) => `  ${printable(line)}`),
  ];
  return `${lines.join("\n")}\n${report.findings.map(renderFinding).join("")}`;
}
