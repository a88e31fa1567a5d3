import type { EnvFile } from "../env/env-file.ts";
import { TOKEN_VARIABLE } from "../env/env-names.ts";
import { editSettingsEnv } from "../env/settings-env.ts";
import type { Action } from "./action.ts";
import type { Planning } from "./plan.ts";

/** Whether Claude Code's settings are to hold the variables. */
export function reachesSettings({ to }: EnvFile): boolean {
  return to === "settings" || to === "both";
}

/**
 * The variables in the user's settings, where they were asked for; what an earlier setting of ours left there goes.
 * Settings that could not be changed are the command's to refuse before.
 */
export function planSettings(planning: Planning, file: EnvFile): Action[] {
  const { inspection, options } = planning;
  if (options.env.kind !== "set") return [];
  const { stored } = inspection.env;
  const before = stored.state === "valid" ? stored.file : null;
  const managed = before !== null && reachesSettings(before) ? [...before.variables.keys()] : [];
  const variables = reachesSettings(file) ? file.variables : new Map<string, string>();
  // What settings say comes before what a shell exports, and of two tokens not always this one is taken.
  const replaced = [...Object.values(TOKEN_VARIABLE), ...file.variables.keys()];
  const removed = new Set([...managed, ...replaced].filter((name) => !variables.has(name)));
  return writeSettings(planning, variables, removed, "Claude Code reads them in every process");
}

/** Writes the settings with these variables set and those removed; no action where nothing changes. */
export function writeSettings(
  planning: Planning,
  variables: ReadonlyMap<string, string>,
  removed: ReadonlySet<string>,
  reason: string,
): Action[] {
  const { inspection, temporary, owner } = planning;
  const { settings } = inspection.env;
  if (settings?.isOwn !== true) return [];
  const edited = editSettingsEnv(settings.text, variables, removed);
  if (!("text" in edited)) return [];
  const { path } = settings;
  const isClosed = settings.mode === null || (settings.mode & 0o077) === 0;
  if (edited.text === settings.text)
    return isClosed || variables.size === 0
      ? []
      : [{ part: "env", kind: "set-mode", path, mode: 0o600, reason: "it holds a token" }];
  if (edited.text === null) return [{ part: "env", kind: "remove-file", path, reason }];
  return [
    {
      part: "env",
      kind: "write-file",
      path,
      content: edited.text,
      encoding: "utf8",
      was: settings.text,
      mode: 0o600,
      owner: settings.owner ?? owner,
      temporary: temporary(path.slice(0, path.lastIndexOf("/")), "settings-unfinished"),
      reason,
    },
  ];
}
