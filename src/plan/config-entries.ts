/**
 * Entries of a configuration directory that mean something on one machine alone, while Claude Code runs or because they
 * hold keys (observed with Claude Code 2.1.330).
 */
export const MACHINE_BOUND: ReadonlySet<string> = new Set([
  ...[".config.json", ".device-keys.json", ".session_ingress_token", "server-sessions.json"],
  ...["backups", "shell-snapshots", "session-env", "sessions", "ide", "debug", "statsig"],
]);

/** Entries that are a person's doings. */
export const PERSONAL: ReadonlySet<string> = new Set(["projects", "history.jsonl", "todos", "file-history"]);

export const SETTINGS_NAMES = ["settings.json", "settings.local.json"] as const;
