import type { HeldBySomebody } from "../apply/lock/lock-seeker.ts";
import { LockSet } from "../apply/lock/lock-set.ts";
import { readPortableFiles, type PortableFiles } from "../apply/portable-files.ts";
import type { Pace } from "../apply/workplace.ts";
import type { CaptureOptions } from "../capture-options.ts";
import { errnoCode, isErrno, UserError } from "../errors.ts";
import type { Machine } from "../inspect/inspect.ts";
import { findLogin, type FoundLogin } from "../inspect/login-directory.ts";
import { managedVariables } from "../inspect/managed-variables.ts";
import { readCredentialBytes } from "../inspect/read-credential.ts";
import { captureLogin, type CapturedLogin } from "../plan/captured-login.ts";
import { credentialLocks, stateLock } from "../plan/lock-names.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import { describeHeld } from "../report/held-lock.ts";
import { describeGone } from "../report/refresh-report.ts";

/** What was read while Claude Code's locks were ours: one generation of everything. */
export interface Snapshot {
  readonly login: Extract<CapturedLogin, { kind: "login" }>;
  /** The credential as it stood there. */
  readonly text: string;
  readonly files: PortableFiles;
}

/** The login that is to be captured, where it lives. */
export class PresentLogin {
  readonly found: FoundLogin;
  readonly #machine: Machine;
  readonly #options: CaptureOptions;
  readonly #pace: Pace;

  constructor(machine: Machine, options: CaptureOptions, pace: Pace) {
    this.found = findLogin(machine, options);
    this.#machine = machine;
    this.#options = options;
    this.#pace = pace;
  }

  /** @throws UserError where there is none that could be captured */
  check(): void {
    this.#judge(this.#read());
  }

  /** @throws UserError as `check` does, and where somebody holds a lock for too long */
  async snapshot(): Promise<Snapshot> {
    const { fs } = this.#machine;
    const { settings, state } = this.found;
    return await this.underLocks(() => {
      const text = this.#read();
      const login = this.#judge(text);
      const files = readPortableFiles({
        fs,
        directory: settings,
        state,
        managed: managedVariables(fs, settings),
      });
      return { login, text: text ?? "", files };
    });
  }

  /** Whether the credential still is this text; one that cannot be read is not seen to be. */
  isStill(text: string): boolean {
    try {
      return this.#read() === text;
    } catch (error) {
      if (errnoCode(error) === undefined) throw error;
      return false;
    }
  }

  /**
   * Works under Claude Code's locks.
   * @param work is handed no locks where none can be made: there nobody can change the login either
   * @throws UserError where somebody holds one for too long
   */
  async underLocks<T>(work: (locks: LockSet | null) => T): Promise<T> {
    const { fs } = this.#machine;
    const { directory, state } = this.found;
    const paths = [...credentialLocks(directory, fs.realpath(directory) ?? directory), stateLock(state)];
    const taken = await this.#take(paths);
    if (taken === null) return work(null);
    if (!(taken instanceof LockSet))
      throw new UserError(
        `capture: ${describeHeld(taken, this.#options.wait)}`,
        "run it again, waiting longer: --wait 70",
      );
    try {
      return work(taken);
    } finally {
      taken.release();
    }
  }

  async #take(paths: readonly string[]): Promise<LockSet | HeldBySomebody | null> {
    try {
      return await this.#pace.take(paths);
    } catch (error) {
      if (!this.#options.move && isErrno(error, "EROFS", "EACCES", "EPERM")) return null;
      throw error;
    }
  }

  #read(): string | null {
    const { fs } = this.#machine;
    const real = fs.realpath(`${this.found.directory}/${CREDENTIAL_NAME}`);
    return real === null ? null : (readCredentialBytes(fs, real)?.toString("utf8") ?? null);
  }

  #judge(text: string | null): Extract<CapturedLogin, { kind: "login" }> {
    const login = captureLogin(text, this.#options.withRefreshToken, this.#machine.now());
    if (login.kind === "login") return login;
    const path = `${this.found.directory}/${CREDENTIAL_NAME}`;
    if (login.why === "access-ended")
      throw new UserError(
        `capture: the access token has ended, and would be all that is captured (${path})`,
        "have it renewed first: claude-credentials refresh   or capture the whole login: --with-refresh-token",
      );
    throw new UserError(`capture: ${describeGone(login.why)} (${path})`, "log in first: claude auth login");
  }
}
