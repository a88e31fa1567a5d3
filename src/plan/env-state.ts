import type { EnvInspection } from "../inspect/inspect-env.ts";
import { reachesSettings } from "./plan-env-settings.ts";
import { reachesShells } from "./plan-env-sections.ts";
import { draftOf } from "../env/draft.ts";
import type { EnvFile } from "../env/env-file.ts";
import { editShellSection } from "../env/shell-section.ts";

/** Whether the API mode is set, and what is missing of it: names of variables, and paths that do not lead to them. */
export interface EnvState {
  readonly outcome: "ok" | "not-configured" | "incomplete";
  readonly missing: readonly string[];
}

/** Judges what was found; nothing of it is a secret. */
export function envState(env: EnvInspection): EnvState {
  const { file, path, link, target } = env;
  if (path === null || file.state === "absent") {
    return { outcome: "not-configured", missing: [] };
  }
  if (file.state !== "valid") return { outcome: "incomplete", missing: [path] };
  const missing = [
    ...variablesMissing(file.file),
    ...(target === null ? [link] : []),
    ...(reachesShells(file.file) ? sectionsMissing(env) : []),
    ...(reachesSettings(file.file) ? settingsMissing(env, file.file) : []),
  ];
  return { outcome: missing.length === 0 ? "ok" : "incomplete", missing };
}

/** A token, and for one that is a proxy's the proxy's place. */
function variablesMissing(file: EnvFile): string[] {
  const { kind, baseUrl } = draftOf(file);
  if (kind === null) return ["ANTHROPIC_AUTH_TOKEN", ...(baseUrl === null ? ["ANTHROPIC_BASE_URL"] : [])];
  return kind === "auth-token" && baseUrl === null ? ["ANTHROPIC_BASE_URL"] : [];
}

function sectionsMissing({ rcFiles }: EnvInspection): string[] {
  return rcFiles
    .filter(({ text, kind }) =>
      ["added", "mended", "broken"].includes(editShellSection(text, kind, true).state),
    )
    .map(({ path }) => path);
}

function settingsMissing({ settings }: EnvInspection, { variables }: EnvFile): string[] {
  if (settings === null) return [];
  const isThere = [...variables].every(([name, value]) => settings.env.get(name) === value);
  return isThere ? [] : [settings.path];
}
