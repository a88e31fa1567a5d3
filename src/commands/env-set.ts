import { askAnyway, askDraft } from "../env/ask.ts";
import { checkDraft, draftOf, EMPTY_DRAFT, type CheckedDraft, type Draft } from "../env/draft.ts";
import { describeAnswer } from "../env/endpoint/describe-answer.ts";
import type { EndpointAnswer } from "../env/endpoint/probe-endpoint.ts";
import { draftFromFlags } from "../env/flags-draft.ts";
import { parseEnvSetOptions, type EnvSetOptions } from "../env/options.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import { inspectEnv } from "../inspect/inspect-env.ts";
import type { EnvInspection } from "../inspect/inspect-env.ts";
import { plainStart } from "../options.ts";
import { reachesShells } from "../plan/plan-env-sections.ts";
import { renderEnvChange, type EnvChangeReport } from "../report/env-change.ts";
import { conflictFindings } from "../report/mode-findings.ts";
import { printable } from "../report/printable.ts";
import { describeEnvInspection } from "../report/verbose-env.ts";
import { verboseLines } from "../report/verbose.ts";
import type { EnvCommand } from "./env.ts";
import { askEndpoint, effectiveEnvironment, noProxyAdvice } from "./env-endpoint.ts";
import { changeEnv } from "./change-env.ts";

/**
 * `env set`: asks for the API mode or takes it from flags, checks it, tries the endpoint, and writes it down where every
 * process finds it. Nothing is written before all of it is right.
 */
export const envSet: EnvCommand = async (machine, args, context) => {
  const feature = readFeatureOptions(machine.fs, context.bundlePath);
  const sources = { ...context, feature };
  const options = parseEnvSetOptions(args, sources);
  const start = plainStart(options, sources);
  const now = inspectEnv(machine, options, context.env);
  if (options.verbose) context.err(describeEnvInspection(now.env));
  const present = now.env.file.state === "valid" ? draftOf(now.env.file.file) : EMPTY_DRAFT;
  let checked = checkDraft(await draftFor(present, options, context), options.insecure);
  refuseClosedSettings(checked.draft, now.env);
  await weigh(checked, options, context);
  checked = await pastProxy(checked, options, context, now.env);
  if (options.verbose) context.err(verboseLines([describeChecked(checked, options)]));
  if (options.test) await tryEndpoint(checked, options, context, now.env);

  const report = await changeEnv(machine, context, start, { kind: "set", file: checked.file });
  const findings = [...report.findings, ...conflictFindings(inspectEnv(machine, options, context.env))];
  const told = { ...report, findings };
  if (options.json) context.out(`${JSON.stringify(told)}\n`);
  else
    context.out(renderEnvChange(told, options.home, HEADLINES[report.outcome], adviceFor(checked, report)));
  for (const doubt of checked.doubts) context.err(`claude-credentials: look again: ${printable(doubt)}\n`);
  return report.outcome === "failed" ? 1 : 0;
};

const HEADLINES = {
  set: "the API mode is set; it outlives rebuilds where the login does",
  unset: "the API mode is set",
  unchanged: "the API mode is set already, nothing changed",
  failed: "not all of the API mode could be set",
} as const;

function describeChecked({ draft, doubts }: CheckedDraft, { test }: EnvSetOptions): string {
  const facts = [`kind ${draft.kind}`, `for ${draft.to}`, `doubts: ${String(doubts.length)}`];
  return `what was given is right: ${facts.join(", ")}; the endpoint is ${test ? "asked now" : "not asked (--no-test)"}`;
}

/** What a person has to know to use it now. */
function adviceFor({ draft, file }: CheckedDraft, { outcome }: EnvChangeReport): string[] {
  if (outcome === "failed") return [];
  const shells = "in this terminal, now: . ~/.claude-code-env   every new one has it";
  const bare = "a bare `bash -c` reads no startup file: --to settings reaches Claude Code there";
  const beats = "Claude Code's settings beat what a shell exports: change it with env set, not with export";
  return [
    `${draft.kind} ${String(draft.token.length)} characters long, for ${draft.baseUrl ?? "Anthropic's own API"}`,
    ...(reachesShells(file) ? [shells] : []),
    ...(draft.to === "shell" ? [bare] : [beats]),
    "look at it: claude-credentials env show   try it: claude -p hi",
  ];
}

async function draftFor(present: Draft, options: EnvSetOptions, context: Context): Promise<Draft> {
  if (options.isScripted) {
    const isRead = options.tokenStdin || options.headers.length > 0;
    return draftFromFlags(present, options, isRead ? await context.readInput() : "");
  }
  if (context.terminal !== null) return await askDraft(present, context.terminal, options.insecure);
  throw new UserError(
    "env set: there is nobody to ask: standard input is no terminal",
    "give flags: claude-credentials env set --base-url URL --kind auth-token --token-stdin <FILE",
    2,
  );
}

/** A half of what was asked for would be worse than nothing. */
function refuseClosedSettings({ to }: Draft, { settings }: EnvInspection): void {
  if (to === "shell" || settings === null || settings.trouble === null) return;
  throw new UserError(
    `env set: ${settings.path} cannot be changed: ${settings.trouble}`,
    "mend it, or set the variables for shells alone: --to shell; nothing was changed",
  );
}

/** A token that does not look like one is asked about, and in a script only said. */
async function weigh({ doubts }: CheckedDraft, options: EnvSetOptions, { terminal }: Context): Promise<void> {
  if (doubts.length === 0 || options.isScripted || terminal === null) return;
  if (await askAnyway(doubts, "Use it all the same?", terminal)) return;
  throw givenUp();
}

/** A private host that the client would look for behind a proxy is offered to be reached directly (facts C26). */
async function pastProxy(
  checked: CheckedDraft,
  options: EnvSetOptions,
  { terminal, env }: Context,
  now: EnvInspection,
): Promise<CheckedDraft> {
  const advice = noProxyAdvice(checked, effectiveEnvironment(now.sources, checked.file, env));
  if (advice === null) return checked;
  if (options.isScripted || terminal === null)
    return { ...checked, doubts: [...checked.doubts, `${advice.why}; ${advice.hint}`] };
  if (!(await askAnyway([advice.why], `Add ${advice.host} to NO_PROXY?`, terminal))) return checked;
  const others = new Map([...checked.draft.others, ...advice.variables]);
  return checkDraft({ ...checked.draft, others }, options.insecure);
}

async function tryEndpoint(
  checked: CheckedDraft,
  options: EnvSetOptions,
  { terminal, env }: Context,
  now: EnvInspection,
): Promise<void> {
  const answer: EndpointAnswer = await askEndpoint(
    checked.file,
    effectiveEnvironment(now.sources, checked.file, env),
  );
  if (answer.outcome === "ok") return;
  const { message, hint } = describeAnswer(answer);
  if (!options.isScripted && terminal !== null) {
    if (await askAnyway([message, hint], "Keep it all the same?", terminal)) return;
    throw givenUp();
  }
  throw new UserError(
    `env set: ${message}`,
    `${hint}; nothing was changed (--no-test keeps it without a test)`,
  );
}

function givenUp(): UserError {
  return new UserError("env set: nothing was changed", "run it again when you have the right one");
}
