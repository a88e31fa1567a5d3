import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "./errors.ts";
import { LOGIN_FLAGS, loginPointer, type LoginPointer } from "./login-pointer.ts";
import { parseFlags, type OptionSources } from "./options.ts";

/** What `run` is asked. `minTtl` is for an access token that is handed on alone. */
export interface RunOptions extends LoginPointer {
  /** Whether variables that log in another way stay. */
  readonly keepEnv: boolean;
  /** Under which name the conversation is kept for the next execution; null where it goes with the working copy. */
  readonly session: string | null;
  /** Absolute paths of files with the keys of an encrypted login that `auth` names. */
  readonly identities: readonly string[];
  /** Not empty. */
  readonly command: readonly [string, ...string[]];
}

const FLAGS = {
  ...LOGIN_FLAGS,
  "keep-env": { type: "boolean" },
  session: { type: "string" },
  identity: { type: "string", multiple: true },
} as const;

/** A name in a directory, on any file system, and on no account a path. */
const SESSION_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;

/** Flags come before the command; what follows is the command's own. @throws UserError (exit code 2) */
export function parseRunOptions(args: readonly string[], sources: OptionSources): RunOptions {
  const at = startOfCommand(args);
  const flags = parseFlags(args.slice(0, at), FLAGS, "run");
  const [first, ...rest] = args[at] === "--" ? args.slice(at + 1) : args.slice(at);
  if (first === undefined || first === "")
    throw new UserError("run: no command is given", "claude-credentials run -- claude -p hello", 2);
  const { identity = [] } = flags;
  if (identity.length > 0 && flags.auth === undefined)
    throw new UserError("run: --identity is for a captured login", "name that too: --auth login.age", 2);
  return Object.freeze<RunOptions>({
    ...loginPointer(flags, sources, "run"),
    keepEnv: flags["keep-env"] ?? false,
    session: flags.session === undefined ? null : sessionName(flags.session),
    identities: identity.map((path) => resolve(sources.cwd, path)),
    command: [first, ...rest],
  });
}

function sessionName(text: string): string {
  if (SESSION_NAME.test(text)) return text;
  throw new UserError(
    `run: --session '${text}' is no name`,
    "letters, digits, '.', '_' and '-', no dot first, 64 at most: --session nightly",
    2,
  );
}

/** The index of `--`, or of the first argument that is neither a flag nor a flag's value; their number where there is none. */
export function startOfCommand(args: readonly string[]): number {
  const { tokens } = parseArgs({
    ...{ args: [...args], options: FLAGS, strict: false, allowPositionals: true, tokens: true },
  });
  const first = tokens.find(({ kind }) => kind === "positional" || kind === "option-terminator");
  return first?.index ?? args.length;
}
