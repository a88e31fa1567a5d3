import type { FileSystem } from "../apply/file-system.ts";
import type { SettingsSource } from "../env/mode-in-force.ts";
import type { CommonOptions, Environment } from "../options.ts";
import { readEnvFile, type EnvFileFound } from "./env-mode.ts";
import { errnoCode } from "../errors.ts";
import { realPathIfAllowed } from "./entry.ts";
import { readGivenEnvironment } from "./given-environment.ts";
import type { Machine } from "./inspect.ts";
import { inspectStatus, type StatusInspection } from "./inspect-status.ts";
import { isPersistent } from "./mounts.ts";
import { inspectRcFiles, type RcFile } from "./rc-files.ts";
import { readSettingsFile, type SettingsFile } from "./settings-file.ts";
import { readSettingsSources } from "./settings-sources.ts";
import { readSurroundings } from "./surroundings.ts";

/** What the API mode is now, as a client that is started now would find it. Read-only. */
export interface EnvInspection {
  /** The link in the home, and where it leads; null where it leads nowhere. */
  readonly link: string;
  readonly target: string | null;
  readonly file: EnvFileFound;
  /** Where the variables lie: behind the link, else in the store; null where there are none. */
  readonly path: string | null;
  /** Whether they outlive the container. */
  readonly persistent: boolean;
  readonly rcFiles: readonly RcFile[];
  readonly settings: SettingsFile | null;
  readonly sources: readonly SettingsSource[];
  /** Of `sources`, the paths of those that outlive the container. */
  readonly persistentSources: readonly string[];
  /** What the container itself gives its processes; null where that cannot be read. */
  readonly given: ReadonlyMap<string, string> | null;
}

/** The API mode and the login beside it, as they are. */
export interface EnvLook {
  readonly env: EnvInspection;
  readonly status: StatusInspection;
}

/**
 * Looks at the API mode; writes nothing.
 * @param pointedAt a configuration directory to be looked at, whatever the home leads to and this process was given
 */
export function inspectEnv(
  machine: Machine,
  options: CommonOptions,
  environment: Environment,
  pointedAt: string | null = null,
): EnvLook {
  const { fs } = machine;
  const status = inspectStatus(machine, options, pointedAt);
  const { layout, configPath, storePaths, workspace } = status;
  const { mounts, inContainer } = readSurroundings(fs);
  const target = pointedAt === null ? (realPathIfAllowed(fs, layout.envFile) ?? null) : null;
  const path = target ?? fileAt(fs, storePaths?.envFile ?? null);
  const file: EnvFileFound = path === null ? { state: "absent" } : readEnvFile(fs, path);
  const kept = file.state === "valid" ? Object.fromEntries(file.file.variables) : {};
  const sources = readSettingsSources(fs, layout.config, workspace, pointedAt === null ? environment : kept);
  const env: EnvInspection = {
    link: layout.envFile,
    target,
    path,
    file,
    persistent: path !== null && isPersistent(mounts, path, inContainer),
    rcFiles: path === null ? [] : inspectRcFiles(fs, layout.home, options.shellHomes, machine.shells()),
    settings: configPath === null ? null : readSettingsFile(fs, layout.config),
    sources,
    persistentSources: sources.flatMap(({ source, path: from }) =>
      // The image brings the administrator's settings anew.
      from !== null &&
      (source === "managed" || isPersistent(mounts, realPathIfAllowed(fs, from) ?? from, inContainer))
        ? [from]
        : [],
    ),
    given: readGivenEnvironment(fs),
  };
  return { env, status };
}

function fileAt(fs: FileSystem, path: string | null): string | null {
  try {
    return path !== null && fs.lstat(path) !== null ? path : null;
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return null;
  }
}
