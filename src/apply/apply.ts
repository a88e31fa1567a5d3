import { errnoCode } from "../errors.ts";
import { describeAction, eachAction, type Action, type Part } from "../plan/action.ts";
import type { Finding } from "../report/finding.ts";
import { applyAction, type Tools } from "./apply-action.ts";
import type { Done } from "./done.ts";
import { doneFindings, failureFinding, failureReason, lockFinding } from "./done-findings.ts";
import { LockSet } from "./lock/lock-set.ts";
import { dropStaging } from "./merge-tree.ts";
import { outcome, type Applied, type Outcome, type Result } from "./outcome.ts";
import { stage } from "./stage-action.ts";
import { Pace, type Workplace } from "./workplace.ts";

/**
 * Runs a plan's actions in their order. Where one fails the rest of its part is skipped, and everything where
 * the store itself failed; no action goes on past a call that failed. Between the steps of a long one the
 * event loop gets its turn, so that signals are heard.
 * @returns what each action did. Thrown are `Interrupted`, once all is put right, and defects of ours.
 */
export async function apply(actions: readonly Action[], workplace: Workplace): Promise<Applied> {
  const run = new Run(workplace);
  for (const action of actions) await run.do(action);
  return { outcomes: run.outcomes, findings: run.findings };
}

/** What `--dry-run` reports: each action as it would be done, nothing touched. */
export function describeOnly(actions: readonly Action[]): Applied {
  const outcomes = eachAction(actions).map((action) =>
    action.kind === "keep"
      ? outcome(action, "unchanged")
      : outcome(action, "skipped", `would ${describeAction(action)} (${action.reason})`),
  );
  return { outcomes, findings: [] };
}

class Run {
  readonly outcomes: Outcome[] = [];
  readonly findings: Finding[] = [];
  readonly #workplace: Workplace;
  readonly #pace: Pace;
  readonly #failed = new Set<Part>();

  constructor(workplace: Workplace) {
    this.#workplace = workplace;
    this.#pace = new Pace(workplace);
  }

  async do(action: Action): Promise<void> {
    if (this.#failed.has("store") || this.#failed.has(action.part)) {
      for (const each of eachAction([action])) this.#note(each, "skipped", "what it builds on failed");
    } else if (action.kind === "under-locks") {
      await this.#underLocks(action);
    } else {
      await this.#one(action, {
        workplace: this.#workplace,
        pace: this.#pace,
        locks: null,
        staged: new Map(),
      });
    }
  }

  /** @returns whether it was done. */
  async #one(action: Action, tools: Tools): Promise<boolean> {
    return await this.#trying(action, async () => {
      const done = await this.#pace.drive(applyAction(action, tools));
      this.#done(action, done);
    });
  }

  async #underLocks(action: Extract<Action, { kind: "under-locks" }>): Promise<void> {
    const tools: Tools = { workplace: this.#workplace, pace: this.#pace, locks: null, staged: new Map() };
    const left = [...action.actions];
    try {
      const isReady = await this.#trying(left[0] ?? action, () => this.#prepare(action, tools));
      if (!isReady) left.shift();
      while (tools.locks !== null && left[0] !== undefined) {
        const isDone = await this.#one(left[0], tools);
        left.shift();
        if (!isDone) break;
      }
    } finally {
      this.#pace.locks = null;
      tools.locks?.release();
      for (const { request } of tools.staged.values()) dropStaging(request);
    }
    for (const each of left) this.#note(each, "skipped", "what it builds on could not be done");
  }

  /** Everything that can be done before the locks are taken, and the locks. Where these are not to be had that is said. */
  async #prepare(action: Extract<Action, { kind: "under-locks" }>, tools: Tools): Promise<void> {
    for (const merge of action.actions) {
      if (merge.kind === "merge") await this.#pace.drive(stage(merge, tools));
    }
    const taken = await this.#pace.take(action.locks);
    if (taken instanceof LockSet) {
      this.#pace.locks = tools.locks = taken;
      return;
    }
    // Half a move would be worse than none: all stays as it is.
    this.#failed.add("store");
    this.findings.push(lockFinding(taken, this.#workplace.wait, this.#workplace.again));
  }

  /** @returns false where a system call failed: that is noted, and the rest of the part is not done. */
  async #trying(action: Action, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const code = errnoCode(error);
      if (code === undefined) throw error;
      this.#failed.add(action.part);
      this.#note(action, "failed", `${describeAction(action)}: ${failureReason(error, code)}`);
      this.findings.push(failureFinding(action, error, code, this.#workplace.again));
      return false;
    }
  }

  #done(action: Action, done: Done): void {
    this.#note(action, done.result, done.reason ?? action.reason);
    this.findings.push(...doneFindings(action, done, this.#workplace.again));
    if (done.result === "failed") this.#failed.add(action.part);
  }

  #note(action: Action, result: Result, reason: string): void {
    this.outcomes.push(outcome(action, result, reason));
  }
}
