import { keepFromRunFolder, keptPath, newLoginIn } from "../apply/run-folder.ts";
import { writeNew } from "../apply/transfer.ts";
import type { Context } from "../context.ts";
import { errnoCode, Interrupted, UserError } from "../errors.ts";
import type { Machine } from "../inspect/inspect.ts";
import { readCredential } from "../inspect/read-credential.ts";
import { readStateFile } from "../inspect/state-file.ts";
import type { LoginOptions } from "../login-options.ts";
import { accountOf, loginFactsText, type StateFile } from "../plan/decide-state.ts";
import { CREDENTIAL_NAME, STATE_NAME } from "../plan/plan-merge.ts";
import { renderFailure, renderUserError } from "../report/failure.ts";
import { renderLogin } from "../report/login-report.ts";
import { printable } from "../report/printable.ts";
import { quote } from "../report/quote.ts";
import { renderFinding } from "../report/text.ts";
import { bringLogin, type Brought } from "./bring-login.ts";
import { holding } from "./holding.ts";

type StateLook = StateFile | { readonly state: "unreadable" };

/** What became of a login that was made. */
export interface KeptLogin {
  readonly exitCode: 0 | 1;
  /** Whether the run's folder is all that holds it. */
  readonly isInFolder: boolean;
}

/**
 * Brings what a client wrote to its place, and says so. A login that was made must not be lost: one that cannot be brought
 * outlives the folder, and it is said where.
 * @param folder the run's; the client's configuration directory is `config` in it, with a login that works
 */
export async function keepLogin(
  machine: Machine,
  context: Context,
  options: LoginOptions,
  folder: string,
): Promise<KeptLogin> {
  const { fs, now } = machine;
  const source = newLoginIn(folder);
  let failure: unknown;
  try {
    const stateFile = gather(machine, folder, source);
    const credential = readCredential(fs, `${source}/${CREDENTIAL_NAME}`);
    const brought = await bring(machine, context, options, folder, source);
    for (const found of brought.applied.findings) context.err(renderFinding(found));
    if (brought.login === "taken" || brought.login === "kept") {
      const { directory, backups, state } = brought.target;
      const [email, before] = [emailIn(stateFile), emailIn(state.file)];
      const isOther = brought.target.credential.state === "valid" && before !== email;
      const replaced = isOther ? before : null;
      const isTaken = brought.login === "taken";
      const report = { email, credential, isTaken, replaced, directory, backups, to: options.to };
      context.out(renderLogin(report, now(), options.home));
      return { exitCode: 0, isInFolder: false };
    }
  } catch (error) {
    failure = error;
  }
  const isKept = keepFromRunFolder(fs, folder, source);
  const kept = isKept ? keptPath(folder) : source;
  const lines = [
    `login: the login was made, but could not be brought to its place; it is whole in ${kept}`,
    `bring it when that is mended: ${again(kept, options, context)}`,
  ];
  context.err(`claude-credentials: ${lines.map(printable).join("\n  ")}\n`);
  if (failure !== undefined) explain(failure, context);
  return { exitCode: 1, isInFolder: !isKept };
}

/** What of the client's files makes the login. */
function gather({ fs }: Machine, folder: string, source: string): StateLook {
  fs.rename(`${folder}/config/${CREDENTIAL_NAME}`, `${source}/${CREDENTIAL_NAME}`);
  const stateFile = readStateFile(fs, `${folder}/config/${STATE_NAME}`);
  if (stateFile.state === "valid")
    writeNew(fs, `${source}/${STATE_NAME}`, loginFactsText(stateFile.document));
  return stateFile;
}

function bring(
  machine: Machine,
  context: Context,
  options: LoginOptions,
  folder: string,
  source: string,
): Promise<Brought> {
  const { wait, verbose } = options;
  return holding(machine, (held) =>
    bringLogin(held, context, {
      ...{ source, place: options, kind: "fresh", command: "login", owner: null, wait, verbose },
      again: again(keptPath(folder), options, context),
    }),
  );
}

function explain(error: unknown, context: Context): void {
  if (error instanceof Interrupted) return;
  if (error instanceof UserError) {
    context.err(renderUserError(error));
    return;
  }
  const code = errnoCode(error);
  if (code === undefined) throw error;
  context.err(renderFailure(error, code, "the new login", "login"));
}

/** The command line that brings it to the place that was meant. */
function again(kept: string, { to, home }: LoginOptions, { env }: Context): string {
  const place = to === null ? (home === env["HOME"] ? "" : ` --home ${quote(home)}`) : ` --to ${quote(to)}`;
  return `claude-credentials restore --from ${quote(kept)}${place}`;
}

function emailIn(file: StateLook): string | null {
  return file.state === "valid" ? (accountOf(file.document)?.email ?? null) : null;
}
