import { Pace } from "../apply/workplace.ts";
import type { Command, Context } from "../context.ts";
import { errnoCode, Interrupted, UserError } from "../errors.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import type { Credential } from "../inspect/credential.ts";
import type { AnchoredMachine, Machine } from "../inspect/inspect.ts";
import { loginDirectory } from "../inspect/login-directory.ts";
import { inspectLoginTarget } from "../inspect/login-target.ts";
import { thisMachine } from "../inspect/machine.ts";
import { readCredential } from "../inspect/read-credential.ts";
import { readStateFile } from "../inspect/state-file.ts";
import { accountOf } from "../plan/decide-state.ts";
import { CREDENTIAL_NAME, STATE_NAME } from "../plan/plan-merge.ts";
import { isLoggedIn } from "../report/logged-in.ts";
import { renderFailure } from "../report/failure.ts";
import { quote } from "../report/quote.ts";
import { renderRestore } from "../report/restore-text.ts";
import { parseRestoreOptions, type RestoreOptions } from "../restore-options.ts";
import { bringLogin } from "./bring-login.ts";
import { holding } from "./holding.ts";
import { discardRunFolder, makeOwnRunFolder } from "./own-run-folder.ts";
import { readLoginInto, STANDARD_INPUT } from "./read-login.ts";
import { unpackCapture } from "./unpack-capture.ts";
import { workplaceOf } from "./workplace-of.ts";

/** Brings a captured login to a store or a home. */
export const runRestore: Command = (args, context) => runRestoreOn(thisMachine(), args, context);

/** `runRestore` on a machine that the caller hands in. */
export async function runRestoreOn(
  machine: Machine,
  args: readonly string[],
  context: Context,
): Promise<number> {
  const feature = readFeatureOptions(machine.fs, context.bundlePath);
  const options = parseRestoreOptions(args, { ...context, feature });
  try {
    return await holding(machine, (held) => restore(held, context, options));
  } catch (error) {
    if (error instanceof Interrupted) {
      context.err(
        "claude-credentials: stopped by a signal; the login that was there is as it was, or the new one is whole\n",
      );
      return error.exitCode;
    }
    const code = errnoCode(error);
    if (code === undefined || error instanceof UserError) throw error;
    context.err(renderFailure(error, code, options.from, "restore"));
    return 1;
  }
}

async function restore(machine: AnchoredMachine, context: Context, options: RestoreOptions): Promise<number> {
  const { fs, user, now } = machine;
  const { from, force, owner, wait, verbose, identities } = options;
  const named = from === STANDARD_INPUT ? "standard input" : from;
  const again = `claude-credentials restore --from ${quote(from)}`;
  if (owner !== null && user.uid !== 0 && owner.uid !== user.uid)
    throw new UserError("restore: --owner is for root: nobody else can give files away", "run it as root", 2);
  // Nobody is asked for a passphrase for a place that cannot be used.
  inspectLoginTarget(machine, options, "restore");
  // Nor is a directory copied for nothing: it may be somebody's home.
  if (!force && from !== STANDARD_INPUT && fs.stat(from)?.type === "directory") {
    const path = `${loginDirectory(fs, from)}/${CREDENTIAL_NAME}`;
    checkLogin(readCredential(fs, fs.realpath(path) ?? path), named, now());
  }
  const pace = new Pace(workplaceOf(machine, context, wait, again));
  pace.progress.begin("unpacked", null);
  const folder = makeOwnRunFolder(machine, context);
  try {
    const source = `${folder}/captured`;
    const pulse = async (): Promise<void> => {
      pace.progress.step();
      await pace.turn();
    };
    if (from === STANDARD_INPUT) await readLoginInto(fs, context, source);
    else
      await unpackCapture({
        ...{ fs, context, from, identities, into: source },
        ...{ only: null, command: "restore", pulse },
      });
    const credential = readCredential(fs, `${source}/${CREDENTIAL_NAME}`);
    if (!force) checkLogin(credential, named, now());
    const state = readStateFile(fs, `${source}/${STATE_NAME}`);
    const account = state.state === "valid" ? accountOf(state.document) : null;
    const kind = force ? "forced" : "better";
    const brought = await bringLogin(machine, context, {
      ...{ source, place: options, kind, command: "restore", again, owner, wait, verbose },
    });
    const { login, target: place, applied } = brought;
    const told = {
      login,
      place,
      findings: applied.findings,
      account,
      credential,
      from: named,
      to: options.to,
    };
    const { out, err, exitCode } = renderRestore({ ...told, now: now() });
    context.out(out);
    context.err(err);
    return exitCode;
  } finally {
    discardRunFolder(machine, context, folder, "restore");
  }
}

function checkLogin(credential: Credential, from: string, now: number): void {
  if (isLoggedIn(credential, now)) return;
  if (credential.state === "valid")
    throw new UserError(
      `restore: the login in ${from} has ended`,
      "capture it anew where it lives; or, for its settings and projects alone: --force",
    );
  throw new UserError(
    `restore: there is no login in ${from} (${credential.state})`,
    "name what claude-credentials capture made: a directory, a .tar.gz or an .age file",
  );
}
