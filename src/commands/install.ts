import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { anchored } from "../apply/anchored-file-system.ts";
import { apply } from "../apply/apply.ts";
import { writeDurably } from "../apply/durable-write.ts";
import type { FileSystem } from "../apply/file-system.ts";
import { keepImageCopy } from "../apply/image-copy.ts";
import type { Applied, Outcome } from "../apply/outcome.ts";
import { readSmallFile } from "../apply/transfer.ts";
import { workplaceOf } from "./workplace-of.ts";
import type { Command, Context } from "../context.ts";
import { inspectHomeEntry } from "../inspect/entry.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import { directoryIdentity, readFormatFile } from "../inspect/format-file.ts";
import { findLeftovers } from "../inspect/find-leftovers.ts";
import type { Machine } from "../inspect/inspect.ts";
import { isMountPoint } from "../inspect/mounts.ts";
import { inspectNoticeFiles } from "../inspect/notice-files.ts";
import { thisMachine } from "../inspect/machine.ts";
import { findRemoteUser, type RemoteUser } from "../inspect/remote-user.ts";
import { runTag } from "../inspect/run-tag.ts";
import { readCredential } from "../inspect/read-credential.ts";
import { readSurroundings } from "../inspect/surroundings.ts";
import { CONFIG_NAME, homeLayout, type HomeLayout } from "../layout.ts";
import { parseCommonOptions, type FeatureOptions } from "../options.ts";
import { GUARD_PATH, renderGuard } from "../plan/guard.ts";
import type { PartialPlan, Plan } from "../plan/plan.ts";
import { planNotice } from "../plan/plan-notice.ts";
import { describeActions, describeBuildInspection } from "../report/verbose.ts";
import { buildRoots, planInstall, type BuildInspection } from "../plan/plan-install.ts";
import { finding, type Finding } from "../report/finding.ts";
import { renderInstall, type InstallReport } from "../report/install-report.ts";

/**
 * The build-time half, called by install.sh: the links in the remote user's home, what lay in `~/.claude`
 * moved to where they lead, its credential-free copy, the rules that keep the agent from the credential, and the
 * sections of startup files that have a new terminal ask for a notice.
 * Exits 1 when not all could be done; install.sh turns that into a warning.
 */
export const runInstall: Command = (args, context) => runInstallOn(thisMachine(), args, context);

/** `runInstall` on a machine that the caller hands in. */
export async function runInstallOn(
  machine: Machine,
  args: readonly string[],
  context: Context,
): Promise<number> {
  const feature = readFeatureOptions(machine.fs, context.bundlePath);
  const options = parseCommonOptions(args, { ...context, feature }, "install");
  const user = findRemoteUser(machine.fs, context.env, options.home);
  const layout = homeLayout(user.home, options.configDirectory);
  const build = inspectBuild(machine, layout, user, buildRoots(feature, layout));
  const made = planInstall(build, feature.perContainer);
  const files = inspectNoticeFiles(machine.fs, machine.shells());
  const notices = planNotice(files, feature.notice, { nonce: build.nonce, user: machine.user });
  if (options.verbose) {
    const decided = [made, ...notices].flatMap(({ actions }) => actions);
    context.err(describeBuildInspection(build, feature) + describeActions(decided));
  }
  const report = await install(machine, made, notices, feature, context);
  context.out(options.json ? `${JSON.stringify(report)}\n` : renderInstall(report, user.home));
  return report.outcome === "failed" ? 1 : 0;
}

async function install(
  machine: Machine,
  made: Plan,
  notices: readonly PartialPlan[],
  feature: FeatureOptions,
  context: Context,
): Promise<InstallReport> {
  const { fs } = machine;
  const applied = await applyHeld(machine, made, context);
  const noticed: Applied[] = [];
  for (const notice of notices) noticed.push(await applyHeld(machine, notice, context));
  const imageHome = join(dirname(context.bundlePath), "home");
  const outcomes = [
    ...applied.outcomes,
    ...attempt("image-copy", imageHome, () =>
      keepImageCopy(fs, made.store.config, imageHome, randomBytes(4).toString("hex")),
    ),
    ...(feature.guard ? attempt("guard", GUARD_PATH, () => writeGuard(fs, feature.store)) : []),
    ...noticed.flatMap(({ outcomes: each }) => each),
  ];
  const findings = [
    ...[made, applied, ...notices, ...noticed].flatMap(({ findings: each }) => each),
    ...imageFindings(fs, made.store.credential),
  ];
  const failed = outcomes.some(({ result }) => result === "failed");
  const changed = outcomes.some(({ result }) => result === "created" || result === "updated");
  return {
    version: 1,
    outcome: failed ? "failed" : changed ? "installed" : "unchanged",
    actions: outcomes,
    findings,
  };
}

async function applyHeld(machine: Machine, { actions }: PartialPlan, context: Context): Promise<Applied> {
  const fs = anchored(machine.fs);
  try {
    return await apply(actions, workplaceOf({ ...machine, fs }, context, 0));
  } finally {
    fs.release();
  }
}

function inspectBuild(
  machine: Machine,
  layout: HomeLayout,
  user: RemoteUser,
  { root, other }: ReturnType<typeof buildRoots>,
): BuildInspection {
  const { fs } = machine;
  const { mounts, inContainer } = readSurroundings(fs);
  const tag = runTag(fs, machine.pid);
  return {
    now: machine.now(),
    nonce: `${tag}-${randomBytes(4).toString("hex")}`,
    homeLayout: layout,
    config: inspectHomeEntry(fs, layout.config, mounts, inContainer),
    state: layout.state === null ? null : inspectHomeEntry(fs, layout.state, mounts, inContainer),
    homeLeftovers: findLeftovers(fs, layout, tag),
    root,
    rootExists: fs.lstat(root)?.type === "directory",
    realConfig: fs.realpath(`${root}/${CONFIG_NAME}`),
    format: readFormatFile(fs, `${root}/format`),
    identity: directoryIdentity(fs, root),
    // A volume that is mounted by now holds what is to stay there.
    otherConfig: isMountPoint(mounts, other) ? null : fs.realpath(`${other}/${CONFIG_NAME}`),
    owner: user.owner,
  };
}

function attempt(kind: "image-copy" | "guard", path: string, work: () => Outcome["result"]): Outcome[] {
  const reason =
    kind === "guard"
      ? "the agent's tools must not read the credential"
      : "what the image brought, without secrets";
  try {
    return [{ kind, path, result: work(), reason }];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ kind, path, result: "failed", reason: `${reason}: ${message}` }];
  }
}

function writeGuard(fs: FileSystem, store: string): Outcome["result"] {
  const bytes = Buffer.from(renderGuard(store));
  const existing = readSmallFile(fs, GUARD_PATH, 1024 * 1024);
  if (existing?.equals(bytes)) return "unchanged";
  const directory = dirname(GUARD_PATH);
  for (const path of [dirname(directory), directory]) {
    if (fs.lstat(path) !== null) continue;
    fs.mkdir(path, 0o755);
    fs.chmod(path, 0o755);
  }
  writeDurably(fs, {
    path: GUARD_PATH,
    bytes,
    mode: 0o644,
    owner: null,
    temporary: `${GUARD_PATH}.${randomBytes(4).toString("hex")}`,
    directory,
  });
  return existing === null ? "created" : "updated";
}

/** A login in an image is everybody's who can pull it. */
function imageFindings(fs: FileSystem, path: string): Finding[] {
  if (readCredential(fs, path).state !== "valid") return [];
  return [
    finding(
      "IMAGE_HOLDS_CREDENTIAL",
      "the base image holds a Claude Code login: whoever can pull the image has it",
      "remove it from the base image, and log in anew so that the old login can be revoked",
      path,
    ),
  ];
}
