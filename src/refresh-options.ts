import { LOGIN_FLAGS, loginPointer, type LoginPointer } from "./login-pointer.ts";
import { parseFlags, type OptionSources } from "./options.ts";

/** What `refresh` is asked. */
export interface RefreshOptions extends LoginPointer {
  readonly json: boolean;
}

const FLAGS = { ...LOGIN_FLAGS, json: { type: "boolean" } } as const;

/** @throws UserError (exit code 2) */
export function parseRefreshOptions(args: readonly string[], sources: OptionSources): RefreshOptions {
  const flags = parseFlags(args, FLAGS, "refresh");
  return Object.freeze({ ...loginPointer(flags, sources, "refresh"), json: flags.json ?? false });
}
