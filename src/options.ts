import { parseArgs } from "node:util";
import { UserError } from "./errors.ts";

/** The environment a command was started in. Read here and nowhere else. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Flags that every command takes. */
export interface CommonOptions {
  /** Absolute path of the home directory whose login is meant. */
  readonly home: string;
  /** Absolute path of the workspace folder, or null where none is known. */
  readonly workspace: string | null;
  /** The `store` option: "" (choose), "git", "workspace" or an absolute path. */
  readonly store: string;
  /** `CLAUDE_CONFIG_DIR` as the client would see it, absolute, or null. */
  readonly configDirectory: string | null;
  readonly json: boolean;
  readonly verbose: boolean;
}

export interface StartOptions extends CommonOptions {
  readonly devcontainerId: string | null;
  readonly perContainer: boolean;
  readonly dryRun: boolean;
  readonly strict: boolean;
  readonly adopt: boolean;
  /** Seconds to wait for a lock that somebody else holds. */
  readonly waitSeconds: number;
}
