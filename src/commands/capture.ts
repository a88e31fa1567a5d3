import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { textEntry, type CapturedEntry } from "../apply/capture/captured-entry.ts";
import { listEntries, type LeftOut } from "../apply/capture/list-entries.ts";
import { seal, type Sealing } from "../apply/capture/seal.ts";
import { placeNew, writeArchive } from "../apply/capture/write-archive.ts";
import { writeEntries } from "../apply/capture/write-directory.ts";
import type { PortableFiles } from "../apply/portable-files.ts";
import { removeTreeQuietly } from "../apply/remove-tree.ts";
import { Pace } from "../apply/workplace.ts";
import { parseCaptureOptions, type CaptureOptions } from "../capture-options.ts";
import type { Command, Context } from "../context.ts";
import { errnoCode, Interrupted, UserError } from "../errors.ts";
import { checkCaptureTarget } from "../inspect/capture-target.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import type { AnchoredMachine, Machine } from "../inspect/inspect.ts";
import { thisMachine } from "../inspect/machine.ts";
import { deadLeftovers, runTag } from "../inspect/run-tag.ts";
import { accountOf, parseStateFile } from "../plan/decide-state.ts";
import { CREDENTIAL_NAME, INCOMING_PREFIX, STATE_NAME } from "../plan/plan-merge.ts";
import { renderCapture } from "../report/capture-text.ts";
import { explainFailure } from "../report/failure.ts";
import { printable } from "../report/printable.ts";
import { verboseLines } from "../report/verbose.ts";
import { chooseSealing } from "./choose-sealing.ts";
import { handOver } from "./hand-over.ts";
import { holding } from "./holding.ts";
import { PresentLogin, type Snapshot } from "./present-login.ts";
import { workplaceOf } from "./workplace-of.ts";

/** Takes a snapshot of the present login to a directory, an archive or an encrypted file. */
export const runCapture: Command = (args, context) => runCaptureOn(thisMachine(), args, context);

/** `runCapture` on a machine that the caller hands in. */
export async function runCaptureOn(
  machine: Machine,
  args: readonly string[],
  context: Context,
): Promise<number> {
  const feature = readFeatureOptions(machine.fs, context.bundlePath);
  const options = parseCaptureOptions(args, { ...context, feature });
  try {
    return await holding(machine, (held) => new Capture(held, context, options).run());
  } catch (error) {
    if (error instanceof Interrupted) {
      context.err("claude-credentials: stopped by a signal; nothing was captured, the login is as it was\n");
      return error.exitCode;
    }
    const code = errnoCode(error);
    if (code === undefined || error instanceof UserError) throw error;
    const { cause, remedy } = explainFailure(error, code, options.to);
    context.err(
      `claude-credentials: capture: ${printable(cause)}. Nothing was captured, the login is as it was\n`,
    );
    context.err(`  ${printable(remedy)}\n`);
    return 1;
  }
}

class Capture {
  readonly #machine: AnchoredMachine;
  readonly #context: Context;
  readonly #options: CaptureOptions;
  readonly #present: PresentLogin;
  readonly #pace: Pace;
  readonly #tag: string;
  readonly #leftOut: LeftOut[] = [];

  constructor(machine: AnchoredMachine, context: Context, options: CaptureOptions) {
    this.#machine = machine;
    this.#context = context;
    this.#options = options;
    this.#pace = new Pace(workplaceOf(machine, context, options.wait, "claude-credentials capture"));
    this.#present = new PresentLogin(machine, options, this.#pace);
    this.#tag = runTag(machine.fs, machine.pid);
  }

  async run(): Promise<number> {
    const { fs, now } = this.#machine;
    const { to, form, withRefreshToken, move, verbose } = this.#options;
    const { directory, settings } = this.#present.found;
    if (move && fs.lstat(`${directory}/${CREDENTIAL_NAME}`)?.type === "symlink")
      throw new UserError(
        `capture: ${directory}/${CREDENTIAL_NAME} is a symlink, so the login lies elsewhere and cannot be forgotten here`,
        "hand it over from where it lies: --auth DIR",
      );
    checkCaptureTarget(fs, to, form === "directory", [directory, settings]);
    // Nobody is asked for a passphrase where there is nothing to encrypt.
    this.#present.check();
    if (verbose) this.#context.err(verboseLines([`${directory}: a login, is captured to ${to}`]));
    const sealing = await chooseSealing(fs, this.#context, this.#options);
    const snapshot = await this.#present.snapshot();
    await this.#write(snapshot, sealing);
    const { text } = snapshot;
    if (move) await handOver({ fs, present: this.#present, text, to, tag: this.#tag });
    const state = parseStateFile(snapshot.files.texts.get(STATE_NAME) ?? null);
    const account = state.state === "valid" ? accountOf(state.document) : null;
    const told = { to, form, account, login: snapshot.login, move, withRefreshToken, now: now() };
    const { out, err } = renderCapture({ ...told, leftOut: this.#leftOut, settings: snapshot.files.leftOut });
    this.#context.out(out);
    this.#context.err(err);
    return 0;
  }

  async #write({ login, files }: Snapshot, sealing: Sealing): Promise<void> {
    const { fs, user } = this.#machine;
    const { to, form } = this.#options;
    const parent = dirname(to);
    const own = "-capture";
    for (const name of deadLeftovers(fs, parent, this.#tag))
      if (name.endsWith(own) && fs.lstat(`${parent}/${name}`)?.uid === user.uid)
        removeTreeQuietly(fs, `${parent}/${name}`);
    const temporary = `${parent}/${INCOMING_PREFIX}${this.#tag}-${randomBytes(4).toString("hex")}${own}`;
    const pulse = async (): Promise<void> => {
      await this.#pace.turn();
    };
    const entries = this.#entries(login.text, files);
    let made = temporary;
    try {
      if (form === "directory") {
        await writeEntries(fs, temporary, entries, pulse);
        fs.syncFileSystem(temporary);
        fs.rename(temporary, to);
        made = to;
      } else {
        const leftOut = (path: Buffer): void => {
          this.#leftOut.push({ path, why: "no UTF-8" });
        };
        await writeArchive({
          ...{ fs, entries, temporary, pulse, leftOut },
          seal: (plain) => seal(plain, sealing),
        });
        placeNew(fs, temporary, to);
        made = to;
      }
      fs.syncDirectory(parent);
    } catch (error) {
      removeTreeQuietly(fs, made);
      throw error;
    }
  }

  *#entries(credential: string, { texts }: PortableFiles): Generator<CapturedEntry> {
    const { fs, now } = this.#machine;
    const { progress } = this.#pace;
    progress.begin("captured", null);
    yield textEntry(CREDENTIAL_NAME, credential, now());
    for (const [name, text] of texts) yield textEntry(name, text, now());
    if (!this.#options.full) return;
    const { settings } = this.#present.found;
    const rest = listEntries(fs, fs.realpath(settings) ?? settings, (entry) => this.#leftOut.push(entry));
    for (const entry of rest) {
      yield entry;
      progress.step();
    }
  }
}
