import { parseArgs } from "node:util";
import { UserError } from "./errors.ts";
import { LOGIN_FLAGS, loginPointer, type LoginPointer } from "./login-pointer.ts";
import { parseFlags, type OptionSources } from "./options.ts";

/** What `run` is asked. `minTtl` is for an access token that is handed on alone. */
export interface RunOptions extends LoginPointer {
  /** Whether variables that log in another way stay. */
  readonly keepEnv: boolean;
  /** Not empty. */
  readonly command: readonly [string, ...string[]];
}

const FLAGS = { ...LOGIN_FLAGS, "keep-env": { type: "boolean" } } as const;

/** Flags come before the command; what follows is the command's own. @throws UserError (exit code 2) */
export function parseRunOptions(args: readonly string[], sources: OptionSources): RunOptions {
  const at = startOfCommand(args);
  const flags = parseFlags(args.slice(0, at), FLAGS, "run");
  const [first, ...rest] = args[at] === "--" ? args.slice(at + 1) : args.slice(at);
  if (first === undefined || first === "")
    throw new UserError("run: no command is given", "claude-credentials run -- claude -p hello", 2);
  return Object.freeze<RunOptions>({
    ...loginPointer(flags, sources, "run"),
    keepEnv: flags["keep-env"] ?? false,
    command: [first, ...rest],
  });
}

/** The index of `--`, or of the first argument that is neither a flag nor a flag's value; their number where there is none. */
export function startOfCommand(args: readonly string[]): number {
  const { tokens } = parseArgs({
    ...{ args: [...args], options: FLAGS, strict: false, allowPositionals: true, tokens: true },
  });
  const first = tokens.find(({ kind }) => kind === "positional" || kind === "option-terminator");
  return first?.index ?? args.length;
}
