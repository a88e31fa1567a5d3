import { UserError } from "./errors.ts";
import { COMMON_FLAGS, parseArguments } from "./options.ts";

/** What `explain` is asked. */
export interface ExplainOptions {
  /** As it was typed, in upper case; null asks for the list. */
  readonly code: string | null;
  readonly json: boolean;
  readonly verbose: boolean;
}

/**
 * The common flags are all taken: whoever wraps the program gives them to each command.
 * @throws UserError (exit code 2) for a flag that is not known, and for a second code
 */
export function parseExplainOptions(args: readonly string[]): ExplainOptions {
  const { values, positionals } = parseArguments(args, COMMON_FLAGS, "explain", true);
  const [code, second] = positionals;
  if (second !== undefined) {
    throw new UserError("explain: more than one code", "claude-credentials explain CODE   takes one", 2);
  }
  return { code: code?.toUpperCase() ?? null, json: values.json ?? false, verbose: values.verbose ?? false };
}
