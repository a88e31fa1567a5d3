/** Where Claude Code reads rules that no user or project setting undoes (facts C20). */
export const GUARD_PATH = "/etc/claude-code/managed-settings.d/50-claude-credentials.json";

/** What the agent's own tools may neither read nor edit, as permission-rule patterns (`//` is the root). */
const SECRETS = [
  "//**/.claude-credentials/.credentials.json",
  "//**/.claude-code-env",
  "//**/claude-credentials/backups/**",
  "//**/claude-credentials/profiles/*/backups/**",
  "//**/claude-credentials/last-known-good/**",
  "//**/.devcontainer.secrets/backups/**",
  "//**/.devcontainer.secrets/claude-credentials.json",
  "//**/claude-credentials-run-*/**/.credentials.json",
];

/**
 * The managed settings file that denies them.
 * @param store the Feature's option `store`: one that is a path has its backups under a name of the user's own
 */
export function renderGuard(store: string): string {
  const own = store.startsWith("/") ? [`/${store}/backups/**`, `/${store}/profiles/*/backups/**`] : [];
  const deny = [...SECRETS, ...own].flatMap((pattern) => [`Read(${pattern})`, `Edit(${pattern})`]);
  return `${JSON.stringify({ permissions: { deny } }, null, 2)}\n`;
}
