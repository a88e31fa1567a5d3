import type { Backups } from "../../inspect/inspect-backups.ts";
import { finding, type Finding } from "../../report/finding.ts";
import { quote } from "../../report/quote.ts";

/** Losers of a conflict that are kept, credentials among them. */
export function checkBackups(backups: readonly Backups[]): Finding[] {
  return backups.map(({ path, count }) =>
    finding(
      "BACKUPS_KEPT",
      `${path} holds ${count.toString()} of what lost a conflict, credentials perhaps among them; a start keeps the last ten`,
      `when nothing in it is needed: rm -rf ${quote(path)}`,
      path,
    ),
  );
}
