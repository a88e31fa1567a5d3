import { anchored } from "../apply/anchored-file-system.ts";
import { noteSignIn } from "../apply/note-sign-in.ts";
import { writeStamp } from "../apply/write-stamp.ts";
import type { FileSystem } from "../apply/file-system.ts";
import type { Command, Context } from "../context.ts";
import { errnoCode, Interrupted, UserError } from "../errors.ts";
import { inspectBuildContext, type BuildExposure } from "../inspect/build-context.ts";
import { optionsPath, readFeatureOptions } from "../inspect/feature-options.ts";
import type { AnchoredMachine, Machine } from "../inspect/inspect.ts";
import { thisMachine } from "../inspect/machine.ts";
import { findRepository } from "../inspect/repository.ts";
import { runTag } from "../inspect/run-tag.ts";
import { readHostname } from "../inspect/stamp.ts";
import { readCredential } from "../inspect/read-credential.ts";
import { homeLayout } from "../layout.ts";
import { describeMissingPart } from "../missing-part.ts";
import { parseStartOptions, type StartOptions } from "../options.ts";
import { checkBuildContext } from "../plan/check-build-context.ts";
import type { Plan } from "../plan/plan.ts";
import { INCOMING_PREFIX } from "../plan/plan-merge.ts";
import { stoppedReport } from "../report/failure.ts";
import { isStandingAdvice, type FindingCode } from "../report/finding.ts";
import { printable } from "../report/printable.ts";
import { isComplete, renderStart, startReport } from "../report/start-report.ts";
import { renderFinding } from "../report/text.ts";
import { bringAbout, withRemembered } from "./bring-about.ts";

/**
 * The lifecycle hook: brings the home's files into the store and points the links at it. Exits 0 whatever
 * happens; with `--strict` 1 when not all could be done and 2 for usage.
 */
export const runStart: Command = (args, context) => runStartOn(thisMachine(), args, context);

/** `runStart` on a machine that the caller hands in. */
export async function runStartOn(
  machine: Machine,
  args: readonly string[],
  context: Context,
): Promise<number> {
  const strict = args.includes("--strict");
  const fs = anchored(machine.fs);
  try {
    const isDone = await start(args, context, { ...machine, fs });
    return strict && !isDone ? 1 : 0;
  } catch (error) {
    if (strict && error instanceof UserError) throw error;
    if (error instanceof Interrupted) {
      context.err("claude-credentials: stopped by a signal; nothing was lost, and the next start goes on\n");
      return error.exitCode;
    }
    const stopped = stoppedReport(error);
    if (stopped !== null) {
      if (args.includes("--json")) context.out(`${JSON.stringify(stopped)}\n`);
      else context.err(stopped.findings.map(renderFinding).join(""));
      return strict ? 1 : 0;
    }
    const message = error instanceof Error ? error.message : String(error);
    const hint =
      error instanceof UserError
        ? error.hint
        : "this is a defect of claude-credentials; nothing was removed. Run it again with --verbose and report what it prints";
    context.err(`claude-credentials: ${printable(message)}\n  ${printable(hint)}\n`);
    if (args.includes("--verbose") && error instanceof Error) context.err(`${error.stack ?? ""}\n`);
    return strict ? 1 : 0;
  } finally {
    fs.release();
  }
}

/** What is told of one run's doing: the next one has nothing to say of it. */
const ONCE: ReadonlySet<FindingCode> = new Set(["FILE_SKIPPED", "STATE_MALFORMED", "CREDENTIAL_RESTORED"]);

/** @returns whether all was done and looked at */
async function start(args: readonly string[], context: Context, machine: AnchoredMachine): Promise<boolean> {
  const { fs } = machine;
  const feature = readFeatureOptions(fs, context.bundlePath);
  const options = withRemembered(machine, parseStartOptions(args, { ...context, feature }));
  const { made, applied } = await bringAbout(machine, context, options);
  const credential =
    options.dryRun || made.choice.kind === "none" ? null : readCredential(fs, made.store.credential);
  // Owners are judged as they are after the work.
  const { exposure, missing } = await lookAround(machine, made, options.workspace);
  const report = startReport(made, applied, credential, checkBuildContext(exposure));
  if (
    !options.dryRun &&
    missing === null &&
    report.outcome === "persistent" &&
    report.findings.every((told) => ONCE.has(told.code) || isStandingAdvice(told))
  ) {
    stamp(machine, options, made, context);
  }
  if (!options.dryRun && report.outcome === "persistent") note(machine, made);
  if (options.json) {
    context.out(`${JSON.stringify(report)}\n`);
  } else {
    const manner = { dryRun: options.dryRun, needsLogin: !made.isApiMode };
    const { out, err } = renderStart(report, options.home, credential, manner, made.leftAlone?.path);
    context.out(out);
    context.err(err);
  }
  if (missing !== null) context.err(`claude-credentials: ${missing}\n`);
  return missing === null && isComplete(report);
}

/** @returns beside what it saw what is missing of the program to see all; the work is done without that */
async function lookAround(
  { fs, user }: AnchoredMachine,
  { store, choice }: Plan,
  workspace: string | null,
): Promise<{ readonly exposure: BuildExposure | null; readonly missing: string | null }> {
  if (choice.kind === "none") return { exposure: null, missing: null };
  try {
    return { exposure: await inspectBuildContext(fs, { user, workspace, store }), missing: null };
  } catch (error) {
    const missing = describeMissingPart(error);
    if (missing === null) throw error;
    return { exposure: null, missing };
  }
}

/**
 * What changes when git brings files; where there is no repository, the place where one would come to be. And what may
 * bring the store's folder back into git's sight.
 */
function gitFiles(fs: FileSystem, workspace: string): string[] {
  const repository = findRepository(fs, fs.realpath(workspace) ?? workspace);
  const tops = new Set([workspace, repository?.top ?? workspace]);
  return [
    `${repository?.gitDirectory ?? `${workspace}/.git`}/index`,
    ...[...tops].map((top) => `${top === "/" ? "" : top}/.gitignore`),
  ];
}

/** Not to be able to is told of nowhere: the login's age is then known less well. */
function note({ fs, pid, now }: AnchoredMachine, { choice, store }: Plan): void {
  if (choice.kind !== "store") return;
  try {
    const temporary = `${store.root}/${INCOMING_PREFIX}${runTag(fs, pid)}-signed-in`;
    noteSignIn(fs, store, { owner: choice.verdict.owner, temporary, now: now() });
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
  }
}

/** All is right: the next start need not look so closely. A stamp that cannot be written costs time and nothing else. */
function stamp(machine: Machine, options: StartOptions, made: Plan, context: Context): void {
  const { fs } = machine;
  const { choice, store } = made;
  if (choice.kind !== "store" || options.workspace === null) return;
  const layout = homeLayout(options.home, options.configDirectory);
  try {
    const ofGit =
      choice.candidate.kind === "workspace" ? [...gitFiles(fs, options.workspace), store.credential] : [];
    const watched = [...ofGit, ...made.watched];
    writeStamp(
      fs,
      layout.stamp,
      {
        version: context.version,
        hostname: readHostname(fs),
        workspace: options.workspace,
        devcontainerId: options.devcontainerId ?? "",
        configDirectory: context.env["CLAUDE_CONFIG_DIR"] ?? "",
        storeRoot: store.root,
        configLink: layout.config,
        configTarget: store.config,
        stateLink: layout.state ?? "",
        stateTarget: layout.state === null ? "" : store.state,
        watched: watched.map((path) => `${fs.lstat(path) === null ? "-" : "+"}${path}`),
      },
      { now: machine.now(), optionsPath: optionsPath(context.bundlePath) },
    );
  } catch {
    return;
  }
}
