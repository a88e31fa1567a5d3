import { resolve } from "node:path";
import { UserError } from "./errors.ts";
import type { LoginPlace } from "./inspect/login-target.ts";
import { credentialDirectoryOf } from "./login-pointer.ts";
import { commonOptions, parseFlags, parseWait, type OptionSources } from "./options.ts";

/** What `login` is asked: where the login is to be kept, and how it is made. */
export interface LoginOptions extends LoginPlace {
  /** By a refresh token from standard input, without a browser. */
  readonly withToken: boolean;
  /** Milliseconds that locks are waited for. */
  readonly wait: number;
  readonly verbose: boolean;
}

const FLAGS = {
  to: { type: "string" },
  "with-token": { type: "boolean" },
  home: { type: "string" },
  wait: { type: "string" },
  verbose: { type: "boolean" },
} as const;

const WAIT_MS = 10_000;

/** @throws UserError (exit code 2) */
export function parseLoginOptions(args: readonly string[], sources: OptionSources): LoginOptions {
  const flags = parseFlags(args, FLAGS, "login");
  const { home, configDirectory, verbose } = commonOptions(flags, sources, "login");
  if (flags.to === "")
    throw new UserError("login: --to is empty", "give the directory that is to hold the login", 2);
  return Object.freeze<LoginOptions>({
    ...{ home, configDirectory, verbose },
    credentialDirectory: credentialDirectoryOf(flags, sources),
    to: flags.to === undefined ? null : resolve(sources.cwd, flags.to),
    withToken: flags["with-token"] ?? false,
    wait: parseWait(flags.wait, "login") ?? WAIT_MS,
  });
}
