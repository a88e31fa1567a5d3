import type { EnvInspection } from "../inspect/inspect-env.ts";
import { verboseLines } from "./verbose.ts";

/** What was looked at for the API mode. Of what may hold a secret only how many there are, and no name: a key can be one. */
export function describeEnvInspection(env: EnvInspection): string {
  const { link, target, file, path, persistent, rcFiles, settings, sources, given } = env;
  const kept = path === null ? "nowhere" : `${path} (${persistent ? "persistent" : "not persistent"})`;
  return verboseLines([
    `${link}: ${target === null ? "leads nowhere" : `leads to ${target}`}`,
    `variables: ${kept}, ${describeFile(file)}`,
    ...rcFiles.map(
      ({ path: rc, text, trouble }) => `${rc}: ${trouble ?? (text === null ? "absent" : "a startup file")}`,
    ),
    ...(settings === null
      ? []
      : [`${settings.path}: ${settings.trouble ?? (settings.text === null ? "absent" : "settings")}`]),
    ...sources.map(
      ({ source, path: from, env: set, apiKeyHelper }) =>
        `${source}${from === null ? "" : ` (${from})`}: ${String(set.size)} variables, apiKeyHelper ${apiKeyHelper}`,
    ),
    `the container's own environment: ${given === null ? "cannot be read" : `${String(given.size)} variables`}`,
  ]);
}

function describeFile(file: EnvInspection["file"]): string {
  switch (file.state) {
    case "absent":
      return "absent";
    case "unreadable":
      return `unreadable (${file.errnoCode})`;
    case "malformed":
      return `malformed in line ${String(file.line)}`;
    case "valid":
      return `valid, ${String(file.file.variables.size)} variables`;
  }
}
