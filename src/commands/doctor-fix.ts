import { apply } from "../apply/apply.ts";
import type { Outcome } from "../apply/outcome.ts";
import type { Context } from "../context.ts";
import type { DoctorOptions } from "../doctor-options.ts";
import { Interrupted } from "../errors.ts";
import { inspectEnv } from "../inspect/inspect-env.ts";
import type { AnchoredMachine, Machine } from "../inspect/inspect.ts";
import { planPrivateModes } from "../plan/doctor/plan-private-modes.ts";
import type { Looks } from "../report/doctor-looks.ts";
import type { Finding, FindingCode } from "../report/finding.ts";
import { pendingActions } from "../report/pending.ts";
import type { StartReport } from "../report/start-report.ts";
import { holding } from "./holding.ts";
import { runStartOn } from "./start.ts";
import { workplaceOf } from "./workplace-of.ts";

/** What was mended, and what was found meanwhile. */
export interface Mended {
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
}

const AGAIN = "claude-credentials doctor --fix";

/**
 * Mends what can be mended without losing anything: a `start`, then the modes of secrets that no start looks after.
 * Where nothing is to be mended nothing is written.
 * @throws Interrupted where a signal stopped it
 */
export async function mend(
  machine: Machine,
  context: Context,
  options: DoctorOptions,
  looks: Looks,
): Promise<Mended> {
  const started = needsStart(looks) ? await start(machine, context, options, looks) : null;
  const modes = await holding(machine, (held) => closeSecrets(held, context, options, looks));
  return {
    outcomes: [...(started?.actions ?? []), ...modes.outcomes].filter(
      ({ result }) => result === "created" || result === "updated",
    ),
    findings: [...(started?.findings ?? []), ...modes.findings],
  };
}

/** A start that has nothing to plan notes at least that it ran. */
function needsStart(looks: Looks): boolean {
  const { start } = looks;
  if (start.failure !== null) return false;
  return pendingActions(start.sight.actions).length > 0 || hasFound(looks, "HOOKS_NOT_RUN");
}

function hasFound(looks: Looks, wanted: FindingCode): boolean {
  return Object.values(looks).some(
    (look) => look.failure === null && look.findings.some(({ code }) => code === wanted),
  );
}

/** What `start --json` says. */
async function start(
  machine: Machine,
  context: Context,
  { home, store, workspace }: DoctorOptions,
  { status }: Looks,
): Promise<StartReport> {
  let text = "";
  const out = (part: string): void => {
    text += part;
  };
  const folder = workspace ?? (status.failure === null ? status.sight.look.status.workspace : null);
  const named = folder === null ? [] : ["--workspace", folder];
  const args = ["--json", "--home", home, "--store", store, ...named];
  const code = await runStartOn(machine, args, { ...context, out });
  if (text === "") throw new Interrupted(code);
  return JSON.parse(text) as StartReport;
}

/** The credential that a client would use, and the variables of the API mode, wherever they lie. */
async function closeSecrets(
  machine: AnchoredMachine,
  context: Context,
  options: DoctorOptions,
  looks: Looks,
): Promise<Mended> {
  if (looks.status.failure !== null || hasFound(looks, "STORE_MODE_IGNORED")) return NOTHING;
  const { status, env } = inspectEnv(machine, options, context.env);
  const credential = status.configPath === null ? null : `${status.configPath}/.credentials.json`;
  const paths = [credential, env.path].filter((path) => path !== null);
  const files = paths.map((path) => ({ path, stat: machine.fs.lstat(path) }));
  const actions = planPrivateModes(files, machine.user);
  return actions.length === 0 ? NOTHING : await apply(actions, workplaceOf(machine, context, 0, AGAIN));
}

const NOTHING: Mended = { outcomes: [], findings: [] };
