import { randomBytes } from "node:crypto";
import { apply } from "../apply/apply.ts";
import { lockFinding } from "../apply/done-findings.ts";
import type { Applied } from "../apply/outcome.ts";
import { isSameBytes } from "../apply/merge-credential.ts";
import type { Owner } from "../apply/file-system.ts";
import type { Context } from "../context.ts";
import type { AnchoredMachine } from "../inspect/inspect.ts";
import { inspectLoginTarget, type LoginPlace, type LoginTarget } from "../inspect/login-target.ts";
import { readCredential, readCredentialBytes } from "../inspect/read-credential.ts";
import { runTag } from "../inspect/run-tag.ts";
import { readStateFile } from "../inspect/state-file.ts";
import type { BringRule } from "../plan/decide-brought.ts";
import { isSameLogin } from "../plan/other-entries.ts";
import { planBringLogin } from "../plan/plan-bring-login.ts";
import { CREDENTIAL_NAME, STATE_NAME } from "../plan/plan-merge.ts";
import { describeActions } from "../report/verbose.ts";
import { underStartLocks } from "./start-lock.ts";
import { workplaceOf } from "./workplace-of.ts";

/** A login to be brought to a place. */
export interface Bringing {
  /**
   * A private directory of the caller's that holds any part of a configuration directory (`.credentials.json`,
   * `.claude.json`, settings, ...). Nothing in it changes.
   */
  readonly source: string;
  readonly place: LoginPlace;
  readonly kind: BringRule["kind"];
  /** The command that brings it: for messages, and in the names of backups. */
  readonly command: string;
  /** The command line that tries it again, for hints. */
  readonly again: string;
  /** Owner of what is made; null for the place's own. */
  readonly owner: Owner | null;
  /** Milliseconds that locks are waited for. */
  readonly wait: number;
  readonly verbose: boolean;
}

/** What became of it. */
export interface Brought {
  /**
   * `taken`: the credential in place is the one that was brought; `kept`: the better one stays, the other is in the
   * backups; `none`: there was none to bring; `failed`: not all was done, and the findings say why.
   */
  readonly login: "taken" | "kept" | "none" | "failed";
  /** The place as it was found. */
  readonly target: LoginTarget;
  readonly applied: Applied;
}

/**
 * Merges what a directory holds into a place for logins, under Claude Code's locks and, in a store, under its start lock.
 * Of two logins `decideBrought` says which lives on, and what loses goes to the backups; the target is whole at any
 * instant. The caller keeps the source until it is told `taken` or `kept`.
 * @param machine holding; see `holding`
 * @throws UserError where no login can be kept there; Interrupted once a signal came, with the target whole
 */
export async function bringLogin(
  machine: AnchoredMachine,
  context: Context,
  bringing: Bringing,
): Promise<Brought> {
  const { fs } = machine;
  const { source, place, command, again, wait } = bringing;
  const target = inspectLoginTarget(machine, place, command);
  const workplace = workplaceOf(machine, context, wait, again);
  const locked = await underStartLocks(target.root === null ? [] : [target.root], workplace, async (held) => {
    const actions = planFor(machine, bringing, inspectLoginTarget(machine, place, command));
    if (bringing.verbose) context.err(describeActions(actions));
    return await apply(actions, held);
  });
  if (locked.held !== null) {
    const findings = [lockFinding(locked.held, wait, again)];
    return { login: "failed", target, applied: { outcomes: [], findings } };
  }
  const applied = locked.done;
  if (applied.outcomes.some(({ result }) => result === "failed" || result === "skipped"))
    return { login: "failed", target, applied };
  const brought = readCredentialBytes(fs, `${source}/${CREDENTIAL_NAME}`);
  if (brought === null) return { login: "none", target, applied };
  const present = readCredentialBytes(fs, `${target.directory}/${CREDENTIAL_NAME}`);
  const isTaken =
    isSameBytes(brought, present) ||
    (present !== null && isSameLogin(brought.toString("utf8"), present.toString("utf8")));
  return { login: isTaken ? "taken" : "kept", target, applied };
}

function planFor(machine: AnchoredMachine, bringing: Bringing, target: LoginTarget) {
  const { fs, user, pid, now } = machine;
  const { source: directory, kind, command: why, owner } = bringing;
  const source = {
    directory,
    credential: readCredential(fs, `${directory}/${CREDENTIAL_NAME}`),
    stateFile: readStateFile(fs, `${directory}/${STATE_NAME}`),
  };
  const nonce = `${runTag(fs, pid)}-${randomBytes(4).toString("hex")}`;
  return planBringLogin(source, target, { kind, why, owner, user, now: now(), nonce });
}
