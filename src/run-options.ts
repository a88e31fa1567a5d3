import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "./errors.ts";
import {
  COMMON_FLAGS,
  commonOptions,
  parseFlags,
  type CommonOptions,
  type OptionSources,
} from "./options.ts";
import { parseTime } from "./parse-time.ts";

/** What `run` is asked, beside the common flags. */
export interface RunOptions extends CommonOptions {
  /** Absolute path of a store, or of a directory that a login was captured to; null for the login that the home leads to. */
  readonly auth: string | null;
  /** So long an access token that is handed on alone is to last, milliseconds. */
  readonly minTtl: number;
  /** Whether variables that log in another way stay. */
  readonly keepEnv: boolean;
  /** Not empty. */
  readonly command: readonly [string, ...string[]];
}

const FLAGS = {
  ...COMMON_FLAGS,
  auth: { type: "string" },
  "min-ttl": { type: "string" },
  "keep-env": { type: "boolean" },
} as const;

const MIN_TTL_MS = 30 * 60_000;

/** Flags come before the command; what follows is the command's own. @throws UserError (exit code 2) */
export function parseRunOptions(args: readonly string[], sources: OptionSources): RunOptions {
  const at = startOfCommand(args);
  const flags = parseFlags(args.slice(0, at), FLAGS, "run");
  const [first, ...rest] = args[at] === "--" ? args.slice(at + 1) : args.slice(at);
  if (first === undefined || first === "")
    throw new UserError("run: no command is given", "claude-credentials run -- claude -p hello", 2);
  if (flags.auth === "")
    throw new UserError("run: --auth is empty", "give the directory that holds the login", 2);
  const minTtl = flags["min-ttl"];
  return Object.freeze<RunOptions>({
    ...commonOptions(flags, sources, "run"),
    auth: flags.auth === undefined ? null : resolve(sources.cwd, flags.auth),
    minTtl: minTtl === undefined ? MIN_TTL_MS : parseTime(minTtl, "--min-ttl", "run"),
    keepEnv: flags["keep-env"] ?? false,
    command: [first, ...rest],
  });
}

/** The index of `--`, or of the first argument that is neither a flag nor a flag's value. */
function startOfCommand(args: readonly string[]): number {
  const { tokens } = parseArgs({
    ...{ args: [...args], options: FLAGS, strict: false, allowPositionals: true, tokens: true },
  });
  const first = tokens.find(({ kind }) => kind === "positional" || kind === "option-terminator");
  return first?.index ?? args.length;
}
