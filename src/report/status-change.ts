import { verdict } from "./render-status.ts";
import { printable } from "./printable.ts";
import type { StatusReport } from "./status-report.ts";

/** All of a state that matters to whoever watches it, in one line: times that merely go by are not in it. */
export function renderChange(report: StatusReport): string {
  const { account, findings, store } = report;
  const who = account?.email ?? null;
  const codes = [...new Set(findings.map(({ code }) => code))];
  return printable(
    [
      verdict(report),
      ...(who === null ? [] : [who]),
      ...(store === null ? [] : [store.root]),
      ...(codes.length === 0 ? [] : [codes.join(" ")]),
    ].join(" | "),
  );
}
