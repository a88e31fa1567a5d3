import {
  COMMON_FLAGS,
  commonOptions,
  parseFlags,
  plainStart,
  type OptionSources,
  type StartOptions,
} from "./options.ts";
import { parseStatusOptions, type StatusOptions } from "./status-options.ts";

/** What `doctor` was asked for; it looks at home and stores as `start` and as a plain `status` do. */
export interface DoctorOptions extends StartOptions, StatusOptions {
  /** Mend what can be mended without losing anything. */
  readonly fix: boolean;
  /** Start Claude Code, to see that the login works. */
  readonly live: boolean;
  readonly ascii: boolean;
}

const FLAGS = {
  ...COMMON_FLAGS,
  fix: { type: "boolean" },
  live: { type: "boolean" },
  ascii: { type: "boolean" },
} as const;

/** @throws UserError (exit code 2) */
export function parseDoctorOptions(args: readonly string[], sources: OptionSources): DoctorOptions {
  const flags = parseFlags(args, FLAGS, "doctor");
  const start = plainStart(commonOptions(flags, sources, "doctor"), sources);
  return Object.freeze<DoctorOptions>({
    ...parseStatusOptions([], sources),
    ...start,
    dryRun: true,
    fix: flags.fix ?? false,
    live: flags.live ?? false,
    ascii: flags.ascii ?? false,
  });
}
