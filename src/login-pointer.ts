import { isAbsolute, resolve } from "node:path";
import { UserError } from "./errors.ts";
import { commonOptions, type OptionSources } from "./options.ts";
import { parseTime } from "./parse-time.ts";

/** Which login a command uses. */
export interface NamedLogin {
  readonly home: string;
  /** `CLAUDE_CONFIG_DIR`, absolute, or null. */
  readonly configDirectory: string | null;
  /** `CLAUDE_SECURESTORAGE_CONFIG_DIR`, absolute, or null: a working copy leaves the credential there (facts C7). */
  readonly credentialDirectory: string | null;
  /** Absolute path of a store, or of a directory that a login was captured to; null for the login that the home leads to. */
  readonly auth: string | null;
  readonly verbose: boolean;
}

/** Which login a command uses, and how long its access token is to last. */
export interface LoginPointer extends NamedLogin {
  /** Milliseconds. */
  readonly minTtl: number;
}

export const LOGIN_FLAGS = {
  home: { type: "string" },
  auth: { type: "string" },
  "min-ttl": { type: "string" },
  verbose: { type: "boolean" },
} as const;

/** Milliseconds that Claude Code's locks are waited for: it may hold them that long while it renews (facts C9). */
export const CLIENT_LOCKS_MS = 45_000;

const MIN_TTL_MS = 30 * 60_000;

interface PlaceFlags {
  readonly home?: string | undefined;
  readonly auth?: string | undefined;
  readonly verbose?: boolean | undefined;
}

interface LoginFlags extends PlaceFlags {
  readonly "min-ttl"?: string | undefined;
}

/** @throws UserError (exit code 2) */
export function loginPointer(flags: LoginFlags, sources: OptionSources, command: string): LoginPointer {
  const { "min-ttl": minTtl } = flags;
  return {
    ...namedLogin(flags, sources, command),
    minTtl: minTtl === undefined ? MIN_TTL_MS : parseTime(minTtl, "--min-ttl", command),
  };
}

/** @throws UserError (exit code 2) */
export function namedLogin(flags: PlaceFlags, sources: OptionSources, command: string): NamedLogin {
  const { home, configDirectory, verbose } = commonOptions(flags, sources, command);
  const { auth } = flags;
  if (auth === "")
    throw new UserError(`${command}: --auth is empty`, "give the directory that holds the login", 2);
  return {
    ...{ home, configDirectory, verbose },
    credentialDirectory: credentialDirectoryOf(flags, sources),
    auth: auth === undefined ? null : resolve(sources.cwd, auth),
  };
}

/** `CLAUDE_SECURESTORAGE_CONFIG_DIR`, unless another home is named. */
export function credentialDirectoryOf(
  { home }: { readonly home?: string | undefined },
  { env }: Pick<OptionSources, "env">,
): string | null {
  const apart = env["CLAUDE_SECURESTORAGE_CONFIG_DIR"] ?? "";
  return home === undefined && isAbsolute(apart) ? apart : null;
}
