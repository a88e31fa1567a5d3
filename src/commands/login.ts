import { constants } from "node:os";
import { newLoginIn } from "../apply/run-folder.ts";
import type { Command, Context } from "../context.ts";
import { askRefreshToken } from "../env/ask.ts";
import { whyNoRefreshToken } from "../env/check-token.ts";
import { UserError } from "../errors.ts";
import { readFeatureOptions } from "../inspect/feature-options.ts";
import type { Machine } from "../inspect/inspect.ts";
import { findInstalledClient } from "../inspect/installed-client.ts";
import { inspectLoginTarget } from "../inspect/login-target.ts";
import { thisMachine } from "../inspect/machine.ts";
import { readCredential } from "../inspect/read-credential.ts";
import { readSettingsFile } from "../inspect/settings-file.ts";
import { homeLayout } from "../layout.ts";
import { newLoginEnvironment } from "../live/stored-login-environment.ts";
import { parseLoginOptions, type LoginOptions } from "../login-options.ts";
import { CREDENTIAL_NAME } from "../plan/plan-merge.ts";
import { isLoggedIn } from "../report/logged-in.ts";
import { describeNoLogin, type LoginEnd } from "../report/login-report.ts";
import { printable } from "../report/printable.ts";
import { NO_CLIENT, NO_CLIENT_HINT } from "../report/refresh-report.ts";
import { verboseLines } from "../report/verbose.ts";
import { holding } from "./holding.ts";
import { keepLogin } from "./keep-login.ts";
import { discardRunFolder, makeOwnRunFolder } from "./own-run-folder.ts";
import { LOGIN_LIMITS, logInByHand, logInByToken, type LoginLimits } from "./login-client.ts";

/** Has a person, or a refresh token, log in with Claude Code in a clean place, and keeps what comes of it. */
export const runLogin: Command = (args, context) => runLoginOn(thisMachine(), args, context);

/** `runLogin` on a machine that the caller hands in. */
export async function runLoginOn(
  machine: Machine,
  args: readonly string[],
  context: Context,
  limits: LoginLimits = LOGIN_LIMITS,
): Promise<number> {
  const feature = readFeatureOptions(machine.fs, context.bundlePath);
  const options = parseLoginOptions(args, { ...context, feature });
  return await new NewLogin(machine, context, options, limits).run();
}

/** They ask for no end. */
const OF_THE_CLIENT: readonly NodeJS.Signals[] = ["SIGUSR1", "SIGUSR2"];

/** One call of `login`. */
class NewLogin {
  readonly #machine: Machine;
  readonly #context: Context;
  readonly #options: LoginOptions;
  readonly #limits: LoginLimits;
  #signal: NodeJS.Signals | null = null;
  #pass: (signal: NodeJS.Signals) => void = () => undefined;
  /** The private folder, where something still needs it when this ends. */
  #isLeft = false;

  constructor(machine: Machine, context: Context, options: LoginOptions, limits: LoginLimits) {
    this.#machine = machine;
    this.#context = context;
    this.#options = options;
    this.#limits = limits;
  }

  /** All that can be refused is refused before anybody logs in. */
  async run(): Promise<number> {
    const { fs } = this.#machine;
    const { env } = this.#context;
    const directory = await holding(this.#machine, (held) => {
      const target = inspectLoginTarget(held, this.#options, "login");
      this.#say(`${target.directory}: credential ${target.credential.state}, a login can be kept there`);
      return target.directory;
    });
    const client = findInstalledClient(fs, env["PATH"] ?? "", this.#options.home);
    if (client === null) throw new UserError(`login: ${NO_CLIENT}`, NO_CLIENT_HINT);
    this.#say(`Claude Code: ${client.path}, version ${client.version ?? "unknown"}`);
    const refreshToken = this.#options.withToken ? await this.#readToken() : null;
    this.#context.onSignals((signal) => {
      if (!OF_THE_CLIENT.includes(signal)) this.#signal ??= signal;
      this.#pass(signal);
    });
    const folder = makeOwnRunFolder(this.#machine, this.#context);
    const exitCode = await this.#inFolder(folder, directory, client.path, refreshToken);
    // Nothing of ours runs after it.
    if (exitCode > 128 && this.#signal !== null) this.#context.endBy(this.#signal);
    return exitCode;
  }

  async #inFolder(
    folder: string,
    directory: string,
    client: string,
    refreshToken: string | null,
  ): Promise<number> {
    const { fs, now } = this.#machine;
    try {
      const end = await this.#logIn(client, folder, refreshToken);
      // A signal that ended the client may be heard only now.
      await new Promise((resolve) => setImmediate(resolve));
      const credential = readCredential(fs, `${folder}/config/${CREDENTIAL_NAME}`);
      if (isLoggedIn(credential, now())) return await this.#keep(folder);
      const mayCome = end.kind === "timeout" && end.pid !== null;
      this.#isLeft = mayCome || credential.state === "unreadable";
      return this.#nothing(end, folder, directory);
    } finally {
      if (!this.#isLeft) discardRunFolder(this.#machine, this.#context, folder, "login");
    }
  }

  async #readToken(): Promise<string> {
    const { terminal } = this.#context;
    const text = terminal === null ? await this.#context.readInput() : await askRefreshToken(terminal);
    const why = whyNoRefreshToken(text.trim());
    if (why === null) return text.trim();
    throw new UserError(
      `login: the token on standard input ${why}`,
      "give a refresh token, alone: claude-credentials login --with-token <FILE",
    );
  }

  async #logIn(path: string, folder: string, refreshToken: string | null): Promise<LoginEnd> {
    const { fs, now } = this.#machine;
    const { home, configDirectory } = this.#options;
    const [config, cwd] = [`${folder}/config`, `${folder}/work`];
    for (const made of [config, cwd, newLoginIn(folder)]) fs.mkdir(made, 0o700);
    const { env: settings } = readSettingsFile(fs, homeLayout(home, configDirectory).config);
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#signal !== null) return { kind: "ended", code: null, stderr: "" };
    return await (refreshToken === null ? logInByHand : logInByToken)({
      ...{ fs, path, folder, cwd, now, limits: this.#limits },
      env: newLoginEnvironment(this.#context.env, { config, cwd, home, settings, refreshToken }),
      onSignal: (pass) => (this.#pass = pass),
      isStopped: () => this.#signal !== null,
    });
  }

  async #keep(folder: string): Promise<number> {
    // Whatever happens from here on, the login that was made is in there.
    this.#isLeft = true;
    const kept = await keepLogin(this.#machine, this.#context, this.#options, folder);
    this.#isLeft = kept.isInFolder;
    return kept.exitCode;
  }

  #nothing(end: LoginEnd, folder: string, directory: string): number {
    if (this.#signal === null || this.#isLeft) {
      const [why, hint] = describeNoLogin(end, this.#options.withToken);
      this.#tell(`${why}; ${directory} is as it was`);
      const place = this.#isLeft ? `; if it comes to a login, that is in ${folder}/config` : "";
      this.#context.err(`  ${printable(hint + place)}\n`);
    } else this.#tell(`stopped by a signal before anybody was logged in; ${directory} is as it was`);
    return this.#signal === null ? 1 : 128 + constants.signals[this.#signal];
  }

  #tell(line: string): void {
    this.#context.err(`claude-credentials: login: ${printable(line)}\n`);
  }

  #say(line: string): void {
    if (this.#options.verbose) this.#context.err(verboseLines([line]));
  }
}
