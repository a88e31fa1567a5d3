import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { removeTree } from "../apply/remove-tree.ts";
import type { Context } from "../context.ts";
import { askAnyway } from "../env/ask.ts";
import type { DoctorOptions } from "../doctor-options.ts";
import { Interrupted, UserError } from "../errors.ts";
import { modeInForce } from "../env/mode-in-force.ts";
import type { Machine } from "../inspect/inspect.ts";
import { askClient, PROMPT, type ClientRun } from "../live/ask-client.ts";
import { describeLive } from "../live/describe-live.ts";
import { judgeRun } from "../live/judge-run.ts";
import type { Check } from "../report/check.ts";
import type { Looks } from "../report/doctor-looks.ts";
import { describeMode, loginState } from "../report/mode-findings.ts";

/** Milliseconds. A renewal was waited for by the client for up to 40 s (facts C9). */
export const LIVE_LIMITS = { limit: 60_000, grace: 30_000 } as const;

const COST = `this starts claude -p with a prompt of ${PROMPT.split(" ").length.toString()} words: a few tokens of your account; it may renew the access token`;

/** Starts the real client with a small prompt, in an empty folder, when the person agrees; without a terminal the flag is that. */
export async function checkLive(
  machine: Machine,
  context: Context,
  options: DoctorOptions,
  { client, status }: Looks,
  limits: { readonly limit: number; readonly grace: number } = LIVE_LIMITS,
): Promise<Check> {
  const path = client.failure === null ? (client.sight?.path ?? null) : null;
  if (path === null) {
    const fix = "install Claude Code, or put it on PATH";
    return { name: "live", result: "error", seen: "no claude is on PATH or in the home", fix };
  }
  if (!(await isAgreed(context)))
    return { name: "live", result: "skipped", seen: "not started: you said no", fix: null };
  const begun = machine.elapsed();
  const answer = judgeRun(await ask(machine, context, options, path, limits));
  return describeLive(answer, throughWhat(status, options.home), (machine.elapsed() - begun) / 1000);
}

async function isAgreed({ terminal, err }: Context): Promise<boolean> {
  if (terminal === null) {
    err(`claude-credentials: ${COST}\n`);
    return true;
  }
  try {
    return await askAnyway([COST], "Start it?", terminal);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

async function ask(
  { fs }: Machine,
  { env, err, listenForSignals }: Context,
  { home, configDirectory }: DoctorOptions,
  path: string,
  limits: { readonly limit: number; readonly grace: number },
): Promise<ClientRun> {
  const cwd = `${fs.realpath(tmpdir()) ?? "/tmp"}/claude-credentials-doctor-${randomBytes(8).toString("hex")}`;
  fs.mkdir(cwd, 0o700);
  const signalled = listenForSignals();
  try {
    const run = await askClient({
      ...{ path, cwd, ...limits },
      env: { ...env, HOME: home, CLAUDE_CONFIG_DIR: configDirectory ?? undefined, PWD: cwd },
      isStopped: () => signalled() !== null,
      whenStopped: "ask",
    });
    const signal = signalled();
    if (signal !== null) {
      err("claude-credentials: stopped by a signal; Claude Code was asked to end\n");
      throw new Interrupted(signal);
    }
    return run;
  } finally {
    removeTree(fs, cwd);
  }
}

/** As it is outside of the project, whose own settings do not reach an empty folder. */
function throughWhat(status: Looks["status"], home: string): string {
  if (status.failure !== null) return "a login that could not be looked at";
  const { env, status: seen } = status.sight.look;
  const sources = env.sources.filter(({ source }) => source !== "project" && source !== "project-local");
  return describeMode(modeInForce(sources, loginState(seen)), home);
}
