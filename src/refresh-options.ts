import { resolve } from "node:path";
import { UserError } from "./errors.ts";
import {
  COMMON_FLAGS,
  commonOptions,
  parseFlags,
  type CommonOptions,
  type OptionSources,
} from "./options.ts";
import { parseTime } from "./parse-time.ts";

/** What `refresh` is asked, beside the common flags. */
export interface RefreshOptions extends CommonOptions {
  /** Absolute path of a store, or of a directory that a login was captured to; null for the login that the home leads to. */
  readonly auth: string | null;
  /** So long the access token is to last, milliseconds. */
  readonly minTtl: number;
}

const FLAGS = { ...COMMON_FLAGS, auth: { type: "string" }, "min-ttl": { type: "string" } } as const;

const MIN_TTL_MS = 30 * 60_000;

/** @throws UserError (exit code 2) */
export function parseRefreshOptions(args: readonly string[], sources: OptionSources): RefreshOptions {
  const flags = parseFlags(args, FLAGS, "refresh");
  if (flags.auth === "")
    throw new UserError("refresh: --auth is empty", "give the directory that holds the login", 2);
  const minTtl = flags["min-ttl"];
  return Object.freeze<RefreshOptions>({
    ...commonOptions(flags, sources, "refresh"),
    auth: flags.auth === undefined ? null : resolve(sources.cwd, flags.auth),
    minTtl: minTtl === undefined ? MIN_TTL_MS : parseTime(minTtl, "--min-ttl", "refresh"),
  });
}
