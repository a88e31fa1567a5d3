import { resolve } from "node:path";
import type { Owner } from "./apply/file-system.ts";
import { UserError } from "./errors.ts";
import type { LoginPlace } from "./inspect/login-target.ts";
import { CLIENT_LOCKS_MS, credentialDirectoryOf } from "./login-pointer.ts";
import { commonOptions, parseFlags, parseWait, type OptionSources } from "./options.ts";

/** What `restore` is asked. */
export interface RestoreOptions extends LoginPlace {
  /** Absolute path of what was captured, or `-` for a credential on standard input. */
  readonly from: string;
  /** Whether the captured login takes the place of whatever is there. */
  readonly force: boolean;
  /** Owner of all that is made; null leaves it to what is there. */
  readonly owner: Owner | null;
  /** Absolute paths of files with the keys of an encrypted one. */
  readonly identities: readonly string[];
  /** Milliseconds that Claude Code's locks are waited for. */
  readonly wait: number;
  readonly verbose: boolean;
}

const FLAGS = {
  home: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  force: { type: "boolean" },
  owner: { type: "string" },
  identity: { type: "string", multiple: true },
  wait: { type: "string" },
  verbose: { type: "boolean" },
} as const;

const LARGEST_ID = 2 ** 32 - 2;

/** @throws UserError (exit code 2) */
export function parseRestoreOptions(args: readonly string[], sources: OptionSources): RestoreOptions {
  const flags = parseFlags(args, FLAGS, "restore");
  const { home, configDirectory, verbose } = commonOptions(flags, sources, "restore");
  const { from = "", to, owner, identity = [], wait } = flags;
  if (from === "")
    throw usage("nothing is named to restore from", "claude-credentials restore --from login.age");
  if (to === "" || identity.includes(""))
    throw usage("a path is empty", "claude-credentials restore --help lists the flags");
  const absolute = (path: string): string => resolve(sources.cwd, path);
  return Object.freeze({
    ...{ home, configDirectory, verbose },
    credentialDirectory: credentialDirectoryOf(flags, sources),
    from: from === "-" ? from : absolute(from),
    to: to === undefined ? null : absolute(to),
    force: flags.force ?? false,
    owner: owner === undefined ? null : parseOwner(owner),
    identities: identity.map(absolute),
    wait: parseWait(wait, "restore") ?? CLIENT_LOCKS_MS,
  });
}

function parseOwner(text: string): Owner {
  const [uid, gid] = (/^(\d{1,10}):(\d{1,10})$/.exec(text) ?? []).slice(1).map(Number);
  if (uid !== undefined && gid !== undefined && Math.max(uid, gid) <= LARGEST_ID) return { uid, gid };
  throw usage(`--owner '${text}' is no UID:GID`, "give two numbers: --owner 1000:1000");
}

function usage(message: string, hint: string): UserError {
  return new UserError(`restore: ${message}`, hint, 2);
}
