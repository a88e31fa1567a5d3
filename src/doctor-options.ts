import {
  COMMON_FLAGS,
  commonOptions,
  parseFlags,
  plainStart,
  type OptionSources,
  type StartOptions,
} from "./options.ts";

/** What `doctor` was asked for; it looks at home and stores as `start` does. */
export interface DoctorOptions extends StartOptions {
  /** Mend what can be mended without losing anything. */
  readonly fix: boolean;
  /** Start Claude Code, to see that the login works. */
  readonly live: boolean;
}

const FLAGS = { ...COMMON_FLAGS, fix: { type: "boolean" }, live: { type: "boolean" } } as const;

/** @throws UserError (exit code 2) */
export function parseDoctorOptions(args: readonly string[], sources: OptionSources): DoctorOptions {
  const flags = parseFlags(args, FLAGS, "doctor");
  return Object.freeze<DoctorOptions>({
    ...plainStart(commonOptions(flags, sources, "doctor"), sources),
    dryRun: true,
    fix: flags.fix ?? false,
    live: flags.live ?? false,
  });
}
