import { BASE_URL_VARIABLE, HEADERS_VARIABLE, TOKEN_VARIABLE } from "../env/env-names.ts";
import { CLOUD_VARIABLES, GATEWAY_VARIABLE } from "../env/mode-in-force.ts";
import type { Environment } from "../options.ts";
import { OLDEST_CLIENT } from "../plan/doctor/check-client.ts";
import { isNewerVersion } from "../init/version-order.ts";

/** What names another way to log in than the stored login (facts C12), and where requests of that way go. */
const OTHER_WAYS: readonly string[] = [
  ...Object.values(TOKEN_VARIABLE),
  ...CLOUD_VARIABLES,
  ...[GATEWAY_VARIABLE, BASE_URL_VARIABLE, HEADERS_VARIABLE],
  ...["CLAUDE_CODE_OAUTH_REFRESH_TOKEN", "CLAUDE_CODE_OAUTH_SCOPES"],
  ...["CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR", "CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR"],
];

/** Whether a client of this version can be given the login apart from all else (facts C7). Null is not known. */
export function takesStoreApart(version: string | null): boolean {
  return version !== null && !isNewerVersion(OLDEST_CLIENT, version);
}

/** Where the client finds the login, and where its own files go. */
export interface LoginPlace {
  /** The directory that holds the credential. */
  readonly directory: string;
  /** An empty configuration directory for a client that can be given the two apart. */
  readonly config: string;
  readonly home: string;
  /** Null where it is not known. */
  readonly clientVersion: string | null;
  /** The variables that its user's settings set there. */
  readonly settings: ReadonlyMap<string, string>;
}

/** What a command finds that runs with a working copy. */
export interface CommandPlace {
  /** The working copy, or the session that leads to it. */
  readonly config: string;
  /** The one credential store; null where the working copy has all that there is. */
  readonly directory: string | null;
  /** Whether variables that log in another way stay. */
  readonly keepEnv: boolean;
}

/** The environment of such a command: the caller's, but for what names a login and its place. */
export function commandEnvironment(env: Environment, place: CommandPlace): Record<string, string> {
  const { config, directory, keepEnv } = place;
  const kept = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || PLACES.includes(name) || (!keepEnv && OTHER_WAYS.includes(name))
      ? []
      : [[name, value] as const],
  );
  return {
    ...Object.fromEntries(kept),
    CLAUDE_CONFIG_DIR: config,
    ...(directory === null ? {} : { CLAUDE_SECURESTORAGE_CONFIG_DIR: directory }),
  };
}

const PLACES: readonly string[] = ["CLAUDE_CONFIG_DIR", "CLAUDE_SECURESTORAGE_CONFIG_DIR"];

/** How the network is reached. */
const NETWORK = /^(?:(?:https?|all|no)_proxy|NODE_EXTRA_CA_CERTS)$/i;

/**
 * The environment of a client that is to use a stored login, and nothing else. From 2.1.220 on it is given the login
 * alone, so that settings, hooks and state of whoever uses that login have no part in it (facts C7, C25); but the way
 * through their network, which a client finds in settings before it does in its environment (facts C12).
 */
export function storedLoginEnvironment(env: Environment, place: LoginPlace): Record<string, string> {
  const { directory, config, home, clientVersion, settings } = place;
  const places = takesStoreApart(clientVersion)
    ? { config, directory }
    : { config: directory, directory: null };
  return {
    ...commandEnvironment(env, { ...places, keepEnv: false }),
    ...networkOf(settings),
    HOME: home,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
  };
}

/** Where a client is to log in. */
export interface NewLoginPlace {
  /** An empty configuration directory. */
  readonly config: string;
  readonly cwd: string;
  readonly home: string;
  /** The variables that its user's settings set. */
  readonly settings: ReadonlyMap<string, string>;
  /** A refresh token to log in with, or null for a person. */
  readonly refreshToken: string | null;
}

/** Those that Claude Code 2.1.330 names for a login of its own; it takes no refresh token without any. */
const USUAL_SCOPES = "user:profile user:inference user:sessions:claude_code user:mcp_servers";

/** The environment of a client that is to log in anew, in a clean place and with no other way to log in (facts C10). */
export function newLoginEnvironment(env: Environment, place: NewLoginPlace): Record<string, string> {
  const { config, cwd, home, settings, refreshToken } = place;
  return {
    ...commandEnvironment(env, { config, directory: null, keepEnv: false }),
    ...networkOf(settings),
    ...{ HOME: home, PWD: cwd, DISABLE_AUTOUPDATER: "1" },
    ...(refreshToken === null
      ? {}
      : {
          CLAUDE_CODE_OAUTH_REFRESH_TOKEN: refreshToken,
          CLAUDE_CODE_OAUTH_SCOPES: env["CLAUDE_CODE_OAUTH_SCOPES"] || USUAL_SCOPES,
        }),
  };
}

function networkOf(settings: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...settings].filter(([name]) => NETWORK.test(name)));
}
