import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import type { CapturedEntry } from "../apply/capture/captured-entry.ts";
import { textEntry } from "../apply/capture/captured-entry.ts";
import { listEntries, type LeftOut } from "../apply/capture/list-entries.ts";
import { isRecipient, seal, type Sealing } from "../apply/capture/seal.ts";
import { placeNew, writeArchive } from "../apply/capture/write-archive.ts";
import { writeEntries } from "../apply/capture/write-directory.ts";
import { forgetLogin } from "../apply/forget-login.ts";
import type { HeldBySomebody } from "../apply/lock/lock-seeker.ts";
import { LockSet } from "../apply/lock/lock-set.ts";
import { readPortableFiles, type PortableFiles } from "../apply/portable-files.ts";
import { removeTree } from "../apply/remove-tree.ts";
import { Pace } from "../apply/workplace.ts";
import { parseCaptureOptions, type CaptureOptions } from "../capture-options.ts";
import type { Command, Context } from "../context.ts";
import { errnoCode, Interrupted, isErrno, UserError } from "../errors.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import { checkCaptureTarget } from "../inspect/capture-target.ts";
import type { AnchoredMachine, Machine } from "../inspect/inspect.ts";
import { findLogin, type FoundLogin } from "../inspect/login-directory.ts";
import { managedVariables } from "../inspect/managed-variables.ts";
import { thisMachine } from "../inspect/machine.ts";
import { findOnPath } from "../inspect/programs.ts";
import { readCredentialBytes } from "../inspect/read-credential.ts";
import { deadLeftovers, runTag } from "../inspect/run-tag.ts";
import { homeLayout } from "../layout.ts";
import { captureLogin, type CapturedLogin } from "../plan/captured-login.ts";
import { accountOf, parseStateFile } from "../plan/decide-state.ts";
import { credentialLocks, stateLock } from "../plan/lock-names.ts";
import { CREDENTIAL_NAME, INCOMING_PREFIX, STATE_NAME } from "../plan/plan-merge.ts";
import { renderCapture } from "../report/capture-text.ts";
import { explainFailure } from "../report/failure.ts";
import { printable } from "../report/printable.ts";
import { verboseLines } from "../report/verbose.ts";
import { askNewPassphrase } from "./ask-passphrase.ts";
import { holding } from "./holding.ts";
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

/** What was read while Claude Code's locks were ours: one generation of everything. */
interface Snapshot {
  readonly login: Extract<CapturedLogin, { kind: "login" }>;
  /** The credential as it stood there. */
  readonly text: string;
  readonly files: PortableFiles;
}

class Capture {
  readonly #machine: AnchoredMachine;
  readonly #context: Context;
  readonly #options: CaptureOptions;
  readonly #login: FoundLogin;
  readonly #pace: Pace;
  readonly #tag: string;
  readonly #leftOut: LeftOut[] = [];

  constructor(machine: AnchoredMachine, context: Context, options: CaptureOptions) {
    this.#machine = machine;
    this.#context = context;
    this.#options = options;
    this.#login = findLogin(machine, options);
    this.#pace = new Pace(workplaceOf(machine, context, options.wait, "claude-credentials capture"));
    this.#tag = runTag(machine.fs, machine.pid);
  }

  async run(): Promise<number> {
    const { fs, now } = this.#machine;
    const { to, form, withRefreshToken, move } = this.#options;
    const { directory, settings } = this.#login;
    if (move && fs.lstat(`${directory}/${CREDENTIAL_NAME}`)?.type === "symlink")
      throw new UserError(
        `capture: ${directory}/${CREDENTIAL_NAME} is a symlink, so the login lies elsewhere and cannot be forgotten here`,
        "hand it over from where it lies: --auth DIR",
      );
    checkCaptureTarget(fs, to, form === "directory", [directory, settings]);
    // Nobody is asked for a passphrase where there is nothing to encrypt.
    this.#judge(this.#readCredential());
    const sealing = await this.#sealing();
    const snapshot = await this.#underLocks(() => this.#read());
    await this.#write(snapshot, sealing);
    if (move) await this.#forget(snapshot.text);
    const state = parseStateFile(snapshot.files.texts.get(STATE_NAME) ?? null);
    const account = state.state === "valid" ? accountOf(state.document) : null;
    const told = { to, form, account, login: snapshot.login, move, withRefreshToken, now: now() };
    const { out, err } = renderCapture({ ...told, leftOut: this.#leftOut, settings: snapshot.files.leftOut });
    this.#context.out(out);
    this.#context.err(err);
    return 0;
  }

  async #sealing(): Promise<Sealing> {
    const { form, recipients } = this.#options;
    if (form !== "encrypted") return { kind: "open" };
    if (recipients.length === 0) {
      const instead = "give a public key: --recipient age1… (age-keygen makes one)";
      return { kind: "passphrase", passphrase: await askNewPassphrase(this.#context, instead) };
    }
    for (const key of recipients.filter((one) => one.startsWith("age1")))
      if (!(await isRecipient(key)))
        throw new UserError(
          `capture: ${key} is no public key: a letter of it is wrong`,
          "copy it again: age-keygen -y FILE prints it",
          2,
        );
    if (!recipients.some((recipient) => recipient.startsWith("ssh-")))
      return { kind: "recipients", recipients };
    const program = findOnPath(this.#machine.fs, this.#context.env["PATH"] ?? "", "age");
    if (program === null)
      throw new UserError(
        "capture: a key of ssh's needs the program age, and there is none on PATH",
        "install it (apt-get install age), or give a key of age's own: --recipient age1…",
      );
    return { kind: "program", program, recipients };
  }

  /** @throws UserError where somebody holds a lock for too long */
  async #underLocks<T>(work: (locks: LockSet | null) => T): Promise<T> {
    const { fs } = this.#machine;
    const { directory } = this.#login;
    const state = this.#statePath();
    const paths = [...credentialLocks(directory, fs.realpath(directory) ?? directory), stateLock(state)];
    const taken = await this.#take(paths);
    if (taken === null) return work(null);
    if (!(taken instanceof LockSet)) throw lockRefusal(taken, this.#options.wait);
    try {
      return work(taken);
    } finally {
      taken.release();
    }
  }

  /** Null where no lock can be made: there nobody can change the login either. */
  async #take(paths: readonly string[]): Promise<LockSet | HeldBySomebody | null> {
    try {
      return await this.#pace.take(paths);
    } catch (error) {
      if (!this.#options.move && isErrno(error, "EROFS", "EACCES", "EPERM")) return null;
      throw error;
    }
  }

  #read(): Snapshot {
    const { fs } = this.#machine;
    const text = this.#readCredential();
    const login = this.#judge(text);
    const { settings } = this.#login;
    const managed = managedVariables(fs, settings);
    const files = readPortableFiles({ fs, directory: settings, state: this.#statePath(), managed });
    return { login, text: text ?? "", files };
  }

  #statePath(): string {
    const { home, configDirectory } = this.#options;
    const { settings, ofHome } = this.#login;
    return (ofHome ? homeLayout(home, configDirectory).state : null) ?? `${settings}/${STATE_NAME}`;
  }

  #readCredential(): string | null {
    const { fs } = this.#machine;
    const path = `${this.#login.directory}/${CREDENTIAL_NAME}`;
    const real = fs.realpath(path);
    return real === null ? null : (readCredentialBytes(fs, real)?.toString("utf8") ?? null);
  }

  #judge(text: string | null): Extract<CapturedLogin, { kind: "login" }> {
    const login = captureLogin(text, this.#options.withRefreshToken, this.#machine.now());
    this.#say(`${this.#login.directory}: ${login.kind === "login" ? "a login" : login.state}`);
    if (login.kind === "login") return login;
    const [why, hint] = REFUSALS[login.state];
    throw new UserError(`capture: ${why} (${this.#login.directory}/${CREDENTIAL_NAME})`, hint);
  }

  async #write({ login, files }: Snapshot, sealing: Sealing): Promise<void> {
    const { fs, user } = this.#machine;
    const { to, form } = this.#options;
    const parent = dirname(to);
    const own = "-capture";
    for (const name of deadLeftovers(fs, parent, this.#tag))
      if (name.endsWith(own) && fs.lstat(`${parent}/${name}`)?.uid === user.uid)
        this.#drop(`${parent}/${name}`);
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
      this.#drop(made);
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
    const { settings } = this.#login;
    const rest = listEntries(fs, fs.realpath(settings) ?? settings, (entry) => this.#leftOut.push(entry));
    for (const entry of rest) {
      yield entry;
      progress.step();
    }
  }

  /** Only the very login that was captured goes; where it was renewed meanwhile the captured one is no more worth anything. */
  async #forget(text: string): Promise<void> {
    const { fs } = this.#machine;
    const { to } = this.#options;
    const done = { isForgotten: false };
    try {
      const directory = fs.realpath(this.#login.directory) ?? this.#login.directory;
      const state = fs.realpath(this.#statePath());
      await this.#underLocks((locks) => {
        if (locks !== null)
          done.isForgotten = forgetLogin({ fs, locks, directory, state, text, tag: this.#tag });
      });
    } catch (error) {
      if (errnoCode(error) === undefined && !(error instanceof UserError || error instanceof Interrupted))
        throw error;
      // Locks that could not be given back age.
      if (done.isForgotten) return;
      if (!this.#isStillHere(text))
        throw new UserError(
          `capture: ${to} holds the whole login, and whether it is forgotten here cannot be told (${error instanceof Error ? error.message : ""})`,
          "look with claude-credentials status, and use it in one of the two places alone",
        );
      this.#drop(to);
      if (!(error instanceof UserError)) throw error;
      throw new UserError(
        `${error.message}. What was captured was removed again, and the login is as it was`,
        error.hint,
      );
    }
    if (done.isForgotten) return;
    this.#drop(to);
    throw new UserError(
      "capture: the login was renewed while it was captured, so what was captured is spent, and was removed again",
      "run it again when no Claude Code works here",
    );
  }

  #isStillHere(text: string): boolean {
    try {
      return this.#readCredential() === text;
    } catch (error) {
      if (errnoCode(error) === undefined) throw error;
      return false;
    }
  }

  /** What cannot be removed keeps a name that the next capture recognises. */
  #drop(path: string): void {
    try {
      removeTree(this.#machine.fs, path);
    } catch (error) {
      if (errnoCode(error) === undefined) throw error;
    }
  }

  #say(line: string): void {
    if (this.#options.verbose) this.#context.err(verboseLines([line]));
  }
}

const LOG_IN = "log in first: claude auth login";
const REFUSALS: Readonly<
  Record<Extract<CapturedLogin, { kind: "none" }>["state"], readonly [string, string]>
> = {
  absent: ["nobody is logged in here", LOG_IN],
  unreadable: ["the credential cannot be read", "look at its owner and mode"],
  malformed: ["the credential file is empty, cut off or no JSON", LOG_IN],
  blank: ["the server refused this login earlier, and Claude Code wrote that down", LOG_IN],
  valid: ["the login has ended", LOG_IN],
  ended: [
    "the access token has ended, and would be all that is captured",
    "have it renewed first: claude-credentials refresh   or capture the whole login: --with-refresh-token",
  ],
};

function lockRefusal({ path }: HeldBySomebody, wait: number): UserError {
  return new UserError(
    `capture: somebody is at work on the login: ${path} is held, also after ${Math.round(wait / 1000).toString()} s`,
    "run it again, waiting longer: --wait 70",
  );
}
