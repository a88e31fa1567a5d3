import type { FileSystem } from "../apply/file-system.ts";
import { TOKEN_VARIABLE } from "../env/env-names.ts";
import type { SettingsSource } from "../env/mode-in-force.ts";
import { errnoCode } from "../errors.ts";
import type { Environment } from "../options.ts";
import { readSettingsAt } from "./settings-file.ts";

const MANAGED = "/etc/claude-code";

/**
 * Everything from which Claude Code takes variables, in its order (facts C12): the administrator's settings, the
 * project's two, the user's, the environment it is started in.
 * @param config the configuration directory
 */
export function readSettingsSources(
  fs: FileSystem,
  config: string | null,
  workspace: string | null,
  environment: Environment,
): SettingsSource[] {
  const ofProject = workspace === null ? null : `${workspace}/.claude`;
  return [
    ...managedFiles(fs).map((path) => settingsSource(fs, "managed", path)),
    ...(ofProject === null
      ? []
      : [
          settingsSource(fs, "project-local", `${ofProject}/settings.local.json`),
          settingsSource(fs, "project", `${ofProject}/settings.json`),
        ]),
    ...(config === null ? [] : [settingsSource(fs, "user", `${config}/settings.json`)]),
    { source: "environment", path: null, env: variablesOf(environment), apiKeyHelper: "absent" },
  ];
}

function settingsSource(fs: FileSystem, source: SettingsSource["source"], path: string): SettingsSource {
  const { env, apiKeyHelper } = readSettingsAt(fs, path);
  const isOfProject = source === "project" || source === "project-local";
  return { source, path, env: isOfProject ? withoutIgnored(env) : env, apiKeyHelper };
}

/** Claude Code takes no long-lived OAuth token from a project, nor lets one switch it off (observed with 2.1.330). */
function withoutIgnored(env: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...env].filter(([name]) => name !== TOKEN_VARIABLE["oauth-token"]));
}

/** The drop-ins come over the file, the last of them first. */
function managedFiles(fs: FileSystem): string[] {
  const directory = `${MANAGED}/managed-settings.d`;
  try {
    const names = fs.stat(directory)?.type === "directory" ? fs.list(directory) : [];
    const dropIns = names.map((name) => name.toString()).filter((name) => name.endsWith(".json"));
    return [...dropIns.reverse().map((name) => `${directory}/${name}`), `${MANAGED}/managed-settings.json`];
  } catch (error) {
    if (errnoCode(error) === undefined) throw error;
    return [];
  }
}

function variablesOf(environment: Environment): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
