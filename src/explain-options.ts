import { parseArgs } from "node:util";
import { UserError } from "./errors.ts";
import { COMMON_FLAGS } from "./options.ts";

/** What `explain` is asked. */
export interface ExplainOptions {
  /** As it was typed, in upper case; null asks for the list. */
  readonly code: string | null;
  readonly json: boolean;
}

/** The common flags are all taken: whoever wraps the program gives them to each command. @throws UserError (exit code 2) for a flag that is not known, and for a second code. */
export function parseExplainOptions(args: readonly string[]): ExplainOptions {
  const { values, positionals } = parse(args);
  const [code, second] = positionals;
  if (second !== undefined) {
    throw new UserError("explain: more than one code", "claude-credentials explain CODE   takes one", 2);
  }
  return { code: code?.toUpperCase() ?? null, json: values.json ?? false };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: COMMON_FLAGS, allowPositionals: true, strict: true });
  } catch (error) {
    const message = error instanceof Error ? (error.message.split(/\.\s/)[0] ?? "") : String(error);
    throw new UserError(`explain: ${message}`, "claude-credentials explain --help lists its flags", 2);
  }
}
