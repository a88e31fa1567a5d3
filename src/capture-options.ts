import { resolve } from "node:path";
import { UserError } from "./errors.ts";
import { CLIENT_LOCKS_MS, namedLogin, type NamedLogin } from "./login-pointer.ts";
import { parseFlags, parseWait, type OptionSources } from "./options.ts";

/** What a login is captured to. */
export type CaptureForm = "directory" | "archive" | "encrypted";

/** What `capture` is asked. */
export interface CaptureOptions extends NamedLogin {
  /** Absolute path of what is to be made. */
  readonly to: string;
  readonly form: CaptureForm;
  /** Whether all goes along that a person worked with, and not the login alone. */
  readonly full: boolean;
  /** Public keys that an encrypted one is for; none asks for a passphrase. */
  readonly recipients: readonly string[];
  readonly withRefreshToken: boolean;
  /** Whether the login is handed over: forgotten here once it is captured. */
  readonly move: boolean;
  /** Milliseconds that Claude Code's locks are waited for. */
  readonly wait: number;
}

const FLAGS = {
  home: { type: "string" },
  auth: { type: "string" },
  to: { type: "string" },
  full: { type: "boolean" },
  recipient: { type: "string", multiple: true },
  "with-refresh-token": { type: "boolean" },
  plain: { type: "boolean" },
  move: { type: "boolean" },
  wait: { type: "string" },
  verbose: { type: "boolean" },
} as const;

/** @throws UserError (exit code 2) */
export function parseCaptureOptions(args: readonly string[], sources: OptionSources): CaptureOptions {
  const flags = parseFlags(args, FLAGS, "capture");
  const { to = "", recipient: recipients = [], plain = false, move = false, wait } = flags;
  if (to === "")
    throw usage(
      "no target is given",
      "claude-credentials capture --to login.age   or a directory, or a .tar.gz",
    );
  const form = formOf(resolve(sources.cwd, to));
  const withRefreshToken = (flags["with-refresh-token"] ?? false) || move;
  if (recipients.length > 0 && form !== "encrypted")
    throw usage("--recipient is for an encrypted target", "give it a name that ends in .age");
  for (const recipient of recipients) {
    if (!/^age1[a-z0-9]+$/.test(recipient) && !/^(?:ssh-ed25519|ssh-rsa) \S/.test(recipient))
      throw usage(
        "--recipient is no public key of age's, and none of ssh's",
        "give age1… (age-keygen prints it), or a line of an .pub file: ssh-ed25519 …",
      );
  }
  if (withRefreshToken && form !== "encrypted" && !plain)
    throw usage(
      `${move ? "--move" : "--with-refresh-token"} puts the whole login into ${to}, for whoever can read that`,
      "encrypt it: --to login.age   or, if that is meant: --plain",
    );
  return Object.freeze({
    ...namedLogin(flags, sources, "capture"),
    ...{ form, recipients, withRefreshToken, move },
    to: resolve(sources.cwd, to),
    full: flags.full ?? false,
    wait: parseWait(wait, "capture") ?? CLIENT_LOCKS_MS,
  });
}

function formOf(to: string): CaptureForm {
  if (to.endsWith(".age")) return "encrypted";
  return /\.(?:tar\.gz|tgz)$/.test(to) ? "archive" : "directory";
}

function usage(message: string, hint: string): UserError {
  return new UserError(`capture: ${message}`, hint, 2);
}
