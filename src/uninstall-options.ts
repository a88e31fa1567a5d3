import {
  COMMON_FLAGS,
  commonOptions,
  parseFlags,
  parseWait,
  plainStart,
  type OptionSources,
  type StartOptions,
} from "./options.ts";

/** What `uninstall` was asked for; it looks at home and stores as `start` does. */
export interface UninstallOptions extends StartOptions {
  /** The stores stay as they are. */
  readonly keepStore: boolean;
}

const FLAGS = {
  ...COMMON_FLAGS,
  "keep-store": { type: "boolean" },
  "dry-run": { type: "boolean" },
  wait: { type: "string" },
} as const;

/** @throws UserError (exit code 2) */
export function parseUninstallOptions(args: readonly string[], sources: OptionSources): UninstallOptions {
  const flags = parseFlags(args, FLAGS, "uninstall");
  return Object.freeze<UninstallOptions>({
    ...plainStart(commonOptions(flags, sources, "uninstall"), sources),
    keepStore: flags["keep-store"] ?? false,
    dryRun: flags["dry-run"] ?? false,
    wait: parseWait(flags.wait, "uninstall"),
    env: { kind: "unlink" },
  });
}
