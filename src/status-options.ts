import { isAbsolute, resolve } from "node:path";
import { UserError } from "./errors.ts";
import {
  COMMON_FLAGS,
  commonOptions,
  parseFlags,
  type CommonOptions,
  type OptionSources,
} from "./options.ts";
import { parseTime } from "./parse-time.ts";
import { ENDING_MS } from "./plan/next-look.ts";

/** What `status` is asked, beside the common flags. */
export interface StatusOptions extends CommonOptions {
  readonly format: "text" | "json" | "prometheus";
  /** So long before a login ends it is warned of, milliseconds. */
  readonly warn: number;
  /** An older login is warned of, milliseconds; null where none is too old. */
  readonly maxAge: number | null;
  /** Absolute path of a store, or of a directory that a login was captured to, instead of what the home leads to. */
  readonly pointedAt: string | null;
  /** Whether only that a login is usable counts, and not where it lies. */
  readonly usableIsEnough: boolean;
  readonly ascii: boolean;
  /** Milliseconds from one look to the next; null looks once. */
  readonly watch: number | null;
}

const STATUS_FLAGS = {
  ...COMMON_FLAGS,
  format: { type: "string" },
  warn: { type: "string" },
  "max-age": { type: "string" },
  auth: { type: "string" },
  ascii: { type: "boolean" },
  watch: { type: "string" },
} as const;

const FORMATS = ["text", "json", "prometheus"] as const;
const LONGEST_WATCH_S = 86_400;

/** @throws UserError (exit code 2) for a flag that is not known and for a value that is none */
export function parseStatusOptions(args: readonly string[], sources: OptionSources): StatusOptions {
  const flags = parseFlags(args, STATUS_FLAGS, "status");
  const common = commonOptions(flags, sources, "status");
  const format = parseFormat(flags.format ?? (common.json ? "json" : "text"));
  if (common.json && format !== "json") {
    throw new UserError(`status: --json and --format ${format} exclude each other`, "give one of them", 2);
  }
  const watch = parseWatch(flags.watch);
  if (watch !== null && format !== "text") {
    throw new UserError(
      `status: --watch prints lines of text, and --format ${format} is asked for`,
      "leave one of them out; a collector calls status itself",
      2,
    );
  }
  if (flags.auth !== undefined && flags.store !== undefined)
    throw new UserError("status: --auth and --store exclude each other", "give one of them", 2);
  if (flags.auth === "")
    throw new UserError("status: --auth is empty", "give the directory that holds the login", 2);
  const store = flags.store !== undefined && isAbsolute(flags.store) ? common.store : null;
  return Object.freeze<StatusOptions>({
    ...common,
    format,
    warn: flags.warn === undefined ? ENDING_MS : parseTime(flags.warn, "--warn", "status"),
    maxAge: flags["max-age"] === undefined ? null : parseTime(flags["max-age"], "--max-age", "status"),
    pointedAt: flags.auth === undefined ? store : resolve(sources.cwd, flags.auth),
    usableIsEnough: flags.auth !== undefined,
    ascii: flags.ascii ?? false,
    watch,
  });
}

function parseFormat(text: string): StatusOptions["format"] {
  const format = FORMATS.find((one) => one === text);
  if (format !== undefined) return format;
  throw new UserError(
    `status: there is no format '${text}'`,
    `--format takes one of: ${FORMATS.join(", ")}`,
    2,
  );
}

function parseWatch(text: string | undefined): number | null {
  if (text === undefined) return null;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (seconds >= 0.1 && seconds <= LONGEST_WATCH_S) return seconds * 1000;
  throw new UserError(
    `status: --watch '${text}' is no number of seconds from 0.1 to ${LONGEST_WATCH_S.toString()}`,
    "give the seconds as a number: claude-credentials status --watch 60",
    2,
  );
}
