import type { Applied, Outcome } from "../apply/outcome.ts";
import type { Credential } from "../inspect/credential.ts";
import { displayPath, MOUNT_ROOT } from "../layout.ts";
import { storeKindOf } from "../plan/choose-store.ts";
import type { Plan } from "../plan/plan.ts";
import type { StoreKind } from "../inspect/store-candidate.ts";
import { changeLines, isToldChange } from "./change-lines.ts";
import { finding, type Finding, type FindingCode } from "./finding.ts";
import { printable } from "./printable.ts";
import { renderFinding } from "./text.ts";

/** What `start` did; its JSON is this object as it stands. */
export interface StartReport {
  readonly version: 1;
  readonly outcome: "persistent" | "not-persistent";
  readonly store: { readonly root: string; readonly kind: StoreKind } | null;
  readonly actions: readonly Outcome[];
  readonly findings: readonly Finding[];
}

/**
 * @param credential the store's, as it is after the work; null where nothing was done
 * @param exposed what builds of the project's images do to the store
 */
export function startReport(
  plan: Plan,
  applied: Applied,
  credential: Credential | null,
  exposed: Finding | null = null,
): StartReport {
  const { choice } = plan;
  const kind = storeKindOf(choice);
  const failed = applied.outcomes.some(
    ({ result, kind: action }) => result === "failed" && action !== "prune-backups",
  );
  const isIncomplete = applied.findings.some(({ code }) => isUnfinished(code));
  const { leftAlone } = plan;
  const persistent =
    !failed &&
    !isIncomplete &&
    (leftAlone === null ? choice.kind !== "none" && choice.persistent : leftAlone.persistent);
  return {
    version: 1,
    outcome: persistent ? "persistent" : "not-persistent",
    store: kind === null ? null : { root: plan.store.root, kind },
    actions: applied.outcomes,
    findings: [
      ...plan.findings,
      ...applied.findings,
      ...(exposed === null ? [] : [exposed]),
      ...credentialFindings(credential, plan.store.credential),
    ],
  };
}

function isUnfinished(code: FindingCode): boolean {
  return code === "LOCK_HELD" || code === "MOVE_INCOMPLETE";
}

function credentialFindings(credential: Credential | null, path: string): Finding[] {
  if (credential?.state === "malformed") {
    return [
      finding(
        "CREDENTIAL_MALFORMED",
        `${path} is no credential (empty, cut off or no JSON)`,
        "log in again: claude auth login",
        path,
      ),
    ];
  }
  if (credential?.state === "blank") {
    return [
      finding(
        "CREDENTIAL_BLANK",
        "the server refused this login, and Claude Code wrote that down (a credential without tokens)",
        "log in again: claude auth login",
        path,
      ),
    ];
  }
  return [];
}

/** True where everything could be done: what `--strict` answers for. */
export function isComplete(report: StartReport): boolean {
  return report.outcome === "persistent" && report.findings.every(({ severity }) => severity !== "error");
}

/**
 * The text for people: one line that sums up, one for each thing that changed, three for each finding.
 * @param needsLogin false where the API mode is set
 * @param leftAlone the configuration directory where it is not led into the store
 */
export function renderStart(
  report: StartReport,
  home: string,
  credential: Credential | null,
  { dryRun, needsLogin }: { readonly dryRun: boolean; readonly needsLogin: boolean },
  leftAlone: string | null = null,
): { out: string; err: string } {
  const changes = report.actions.filter((outcome) =>
    dryRun ? outcome.result !== "unchanged" && !UNNAMED.has(outcome.kind) : isToldChange(outcome),
  );
  const lines = changeLines(changes, home);
  const hint =
    needsLogin && credential?.state === "absent" && report.outcome === "persistent" && leftAlone === null
      ? ["  nobody is logged in yet: run claude, log in once, and it stays"]
      : [];
  const out = [
    leftAlone === null || dryRun
      ? `claude-credentials: ${headline(report, changes.length === 0, dryRun)}`
      : `claude-credentials: ${printable(displayPath(leftAlone, home))} is left alone, and a login in it is not in the store`,
    ...lines,
    ...hint,
    "",
  ].join("\n");
  return { out, err: report.findings.map(renderFinding).join("") };
}

/** What a dry run does not tell: it follows from the rest, and its paths are of the moment. */
const UNNAMED: ReadonlySet<Outcome["kind"]> = new Set(["settle", "prune-backups"] as const);

function headline(report: StartReport, nothingChanged: boolean, dryRun: boolean): string {
  const { store, outcome } = report;
  if (dryRun) return nothingChanged ? "dry run: nothing to do" : "dry run: this would be done";
  if (store === null) return "the login works in this container and is gone with it";
  const root = printable(store.root);
  if (report.findings.some(({ code }) => isUnfinished(code)))
    return "not all could be done: what is in the home stays there, and is not sure to outlive this container";
  if (outcome === "not-persistent") return `the login is in ${root}, and not sure to outlive this container`;
  if (nothingChanged) {
    const isOwnMount = store.kind === "mount" && store.root !== MOUNT_ROOT;
    return `unchanged, login kept in ${root}${isOwnMount ? ", which is mounted there and left as it is" : ""}`;
  }
  return `login kept in ${root}; it outlives rebuilds`;
}
