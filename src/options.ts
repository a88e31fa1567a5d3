import { homedir } from "node:os";
import { dirname, isAbsolute, resolve } from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { UserError } from "./errors.ts";
import type { EnvWish } from "./plan/env-wish.ts";

/** The environment a command was started in. Read here and nowhere else. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Which of the three Features is installed: the plain one, or one that brings a volume. */
export type Variant = "plain" | "volume" | "shared";

/** The Feature's options, as install.sh wrote them down beside the bundle. */
export interface FeatureOptions {
  readonly variant: Variant;
  readonly store: string;
  readonly perContainer: boolean;
  readonly guard: boolean;
  /** Whether a new terminal says where the login needs attention. */
  readonly notice: boolean;
}

/** Where shells look for their startup files; null where they look in the home. */
export interface ShellHomes {
  readonly zdotdir: string | null;
  readonly xdgConfig: string | null;
}

/** Flags that every command takes. */
export interface CommonOptions {
  /** Absolute path of the home directory whose login is meant. */
  readonly home: string;
  /** Absolute path of the workspace folder, or null where none is known. */
  readonly workspace: string | null;
  /** "" (choose), "git", "workspace" or an absolute path. */
  readonly store: string;
  /** `CLAUDE_CONFIG_DIR` as the client would see it, absolute, or null. */
  readonly configDirectory: string | null;
  readonly perContainer: boolean;
  /** Whether other containers may use a store on a volume. */
  readonly isShared: boolean;
  readonly shellHomes: ShellHomes;
  readonly json: boolean;
  readonly verbose: boolean;
}

export interface StartOptions extends CommonOptions {
  readonly devcontainerId: string | null;
  readonly dryRun: boolean;
  readonly strict: boolean;
  readonly adopt: boolean;
  /** How long locks that somebody holds are waited for, milliseconds; null leaves that to us. */
  readonly wait: number | null;
  /** Absolute path of the credential-free copy of what the image had in `~/.claude`. */
  readonly imageHome: string;
  /** What is to become of the API mode. */
  readonly env: EnvWish;
}

/** What the flags are read from. */
export interface OptionSources {
  readonly env: Environment;
  readonly cwd: string;
  readonly bundlePath: string;
  readonly feature: FeatureOptions;
}

type Flags = NonNullable<ParseArgsConfig["options"]>;

export const COMMON_FLAGS = {
  home: { type: "string" },
  workspace: { type: "string" },
  store: { type: "string" },
  json: { type: "boolean" },
  verbose: { type: "boolean" },
} as const satisfies Flags;

const START_FLAGS = {
  ...COMMON_FLAGS,
  "devcontainer-id": { type: "string" },
  "dry-run": { type: "boolean" },
  strict: { type: "boolean" },
  adopt: { type: "boolean" },
  wait: { type: "string" },
} as const satisfies Flags;

/** @throws UserError (exit code 2) for a flag that is not known or has no value, and for a stray argument. */
export function parseFlags<T extends Flags>(args: readonly string[], options: T, command: string) {
  return parseArguments(args, options, command, false).values;
}

/** Flags, and with `allowPositionals` what stands between them. @throws UserError as `parseFlags` */
export function parseArguments<T extends Flags>(
  args: readonly string[],
  options: T,
  command: string,
  allowPositionals: boolean,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals, strict: true });
  } catch (error) {
    const message = error instanceof Error ? (error.message.split(/\.\s/)[0] ?? "") : String(error);
    throw new UserError(`${command}: ${message}`, `claude-credentials ${command} --help lists its flags`, 2);
  }
}

export function parseCommonOptions(
  args: readonly string[],
  sources: OptionSources,
  command: string,
): CommonOptions {
  return commonOptions(parseFlags(args, COMMON_FLAGS, command), sources, command);
}

export function parseStartOptions(args: readonly string[], sources: OptionSources): StartOptions {
  const flags = parseFlags(args, START_FLAGS, "start");
  const id = flags["devcontainer-id"];
  if (id !== undefined && !/^[A-Za-z0-9._-]*$/.test(id)) {
    throw new UserError(
      "start: --devcontainer-id holds other characters than letters, digits, '.', '_' and '-'",
      "give the id as the devcontainer CLI does",
      2,
    );
  }
  return Object.freeze<StartOptions>({
    ...plainStart(commonOptions(flags, sources, "start"), sources),
    devcontainerId: id === undefined || /^\.*$/.test(id) ? null : id,
    dryRun: flags["dry-run"] ?? false,
    strict: flags.strict ?? false,
    adopt: flags.adopt ?? false,
    wait: parseWait(flags.wait, "start"),
  });
}

/** The options of a `start` with no flag of its own. */
export function plainStart(common: CommonOptions, { bundlePath }: OptionSources): StartOptions {
  return {
    ...common,
    ...{ devcontainerId: null, dryRun: false, strict: false, adopt: false, wait: null },
    imageHome: resolve(dirname(bundlePath), "home"),
    env: { kind: "keep" },
  };
}

function shellHomes(env: Environment): ShellHomes {
  const absolute = (value: string | undefined): string | null =>
    value !== undefined && isAbsolute(value) ? resolve(value) : null;
  return { zdotdir: absolute(env["ZDOTDIR"]), xdgConfig: absolute(env["XDG_CONFIG_HOME"]) };
}

const LONGEST_WAIT_S = 3600;

/** @returns milliseconds. @throws UserError (exit code 2) */
export function parseWait(seconds: string | undefined, command: string): number | null {
  if (seconds === undefined) return null;
  const number = /^\d+(\.\d+)?$/.test(seconds) ? Number(seconds) : NaN;
  if (number <= LONGEST_WAIT_S) return number * 1000;
  throw new UserError(
    `${command}: --wait '${seconds}' is no number of seconds from 0 to ${LONGEST_WAIT_S.toString()}`,
    `give the seconds as a number: claude-credentials ${command} --wait 30`,
    2,
  );
}

interface CommonFlags {
  readonly home?: string | undefined;
  readonly workspace?: string | undefined;
  readonly store?: string | undefined;
  readonly json?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

/** What the common flags say, and where they are not given the environment and the Feature's options. */
export function commonOptions(flags: CommonFlags, sources: OptionSources, command: string): CommonOptions {
  const { env, cwd, feature } = sources;
  const home = flags.home ?? set(env["CLAUDE_CREDENTIALS_HOME"]) ?? set(env["HOME"]) ?? homedir();
  const workspace = flags.workspace ?? set(env["CLAUDE_CREDENTIALS_WORKSPACE"]);
  const store = flags.store ?? set(env["CLAUDE_CREDENTIALS_STORE"]) ?? feature.store;
  const configDirectory = set(env["CLAUDE_CONFIG_DIR"]);
  if (flags.workspace === "")
    throw new UserError(`${command}: --workspace is empty`, "give the workspace folder's absolute path", 2);
  if (flags.home === "")
    throw new UserError(`${command}: --home is empty`, "give the home directory's absolute path", 2);
  return Object.freeze({
    home: resolve(cwd, home),
    workspace: workspace === undefined ? null : resolve(cwd, workspace),
    store: checkStore(store, command),
    configDirectory: configDirectory === undefined ? null : resolve(cwd, configDirectory),
    perContainer: feature.perContainer,
    isShared: feature.perContainer || feature.variant === "shared",
    shellHomes: shellHomes(env),
    json: flags.json ?? false,
    verbose: flags.verbose ?? false,
  });
}

/** An empty variable is as good as none. */
function set(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}

function checkStore(store: string, command: string): string {
  if (store === "" || store === "git" || store === "workspace") return store;
  if (isAbsolute(store)) return resolve(store);
  throw new UserError(
    `${command}: the store '${store}' is none of: git, workspace, an absolute path`,
    "correct the Feature's option 'store', the flag --store or CLAUDE_CREDENTIALS_STORE",
    2,
  );
}
