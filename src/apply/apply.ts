import { errnoCode } from "../errors.ts";
import { describeAction, type Action, type Part } from "../plan/action.ts";
import { explainFailure, failedPath } from "../report/failure.ts";
import { finding, type Finding } from "../report/finding.ts";
import { applyAction } from "./apply-action.ts";
import type { Done } from "./done.ts";
import type { FileSystem } from "./file-system.ts";
import { outcome, type Applied, type Outcome } from "./outcome.ts";

/**
 * Runs a plan's actions in their order. Where one fails the rest of its part is skipped, and everything where
 * the store itself failed; no action goes on past a call that failed. Between the steps of a long one the
 * event loop gets its turn, so that signals are heard.
 * @returns what each action did. Only a defect of ours is thrown.
 */
export async function apply(actions: readonly Action[], fs: FileSystem): Promise<Applied> {
  const outcomes: Outcome[] = [];
  const findings: Finding[] = [];
  const failed = new Set<Part>();
  const pace = pacer();
  for (const action of actions) {
    if (failed.has("store") || failed.has(action.part)) {
      outcomes.push(outcome(action, "skipped", "what it builds on failed"));
      continue;
    }
    try {
      const steps = applyAction(action, fs);
      let step = steps.next();
      while (step.done !== true) {
        await pace();
        step = steps.next();
      }
      outcomes.push(outcome(action, step.value.result, step.value.reason ?? action.reason));
      findings.push(...findingsOf(action, step.value));
    } catch (error) {
      const code = errnoCode(error);
      if (code === undefined) throw error;
      failed.add(action.part);
      outcomes.push(outcome(action, "failed", `${describeAction(action)}: ${describeFailure(error, code)}`));
      findings.push(failureFinding(action, error, code));
    }
  }
  return { outcomes, findings };
}

/** What `--dry-run` reports: each action as it would be done, nothing touched. */
export function describeOnly(actions: readonly Action[]): Applied {
  const outcomes = actions.map((action) =>
    action.kind === "keep"
      ? outcome(action, "unchanged")
      : outcome(action, "skipped", `would ${describeAction(action)} (${action.reason})`),
  );
  return { outcomes, findings: [] };
}

const TURN_MS = 50;

function pacer(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TURN_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    last = performance.now();
  };
}

function findingsOf(action: Action, done: Done): Finding[] {
  return [...(done.damaged ?? []).map((path) => damageFinding(path, done)), ...leftFindings(action, done)];
}

function damageFinding(path: string, done: Done): Finding {
  return finding(
    "STATE_MALFORMED",
    `${path} was no JSON object (empty or cut off): ${done.reason ?? "it is kept in the backups"}`,
    `nothing to do; should something be missing, what it held is in ${done.keptIn ?? "the backups"}`,
    path,
  );
}

function leftFindings(action: Action, done: Done): Finding[] {
  if (done.left === undefined || done.left.length === 0) return [];
  const names = done.left.slice(0, 5).join(", ");
  const more = done.left.length > 5 ? ` and ${(done.left.length - 5).toString()} more` : "";
  return [
    finding(
      "FILE_SKIPPED",
      `${names}${more}: cannot be kept in the store`,
      done.leftAt === undefined
        ? `they stay in ${action.path}`
        : `they lie in ${done.leftAt}; remove it when nothing in it is needed`,
      done.leftAt ?? action.path,
    ),
  ];
}

function describeFailure(error: unknown, code: string): string {
  const path = failedPath(error);
  return path === undefined ? code : `${code} at ${path}`;
}

function failureFinding(action: Action, error: unknown, code: string): Finding {
  const { cause, remedy, path } = explainFailure(error, code, action.path);
  return finding(
    "MOVE_INCOMPLETE",
    `could not ${describeAction(action)} (${action.path}): ${cause}. Nothing was lost`,
    `${remedy}, then: claude-credentials start`,
    path,
  );
}
