/** Where Claude Code reads rules that no user or project setting undoes (facts C20). */
export const GUARD_PATH = "/etc/claude-code/managed-settings.d/50-claude-credentials.json";

/** What the agent's own tools may neither read nor edit, as permission-rule patterns (`//` is the root). */
const SECRETS = [
  "//**/.claude-credentials/.credentials.json",
  "//**/.claude-code-env",
  "//**/claude-credentials/backups/**",
  "//**/claude-credentials/profiles/*/backups/**",
  "//**/.devcontainer.secrets/backups/**",
  "//**/.devcontainer.secrets/claude-credentials.json",
  "//**/claude-credentials-run-*/**/.credentials.json",
];

/** The managed settings file that denies them. */
export function renderGuard(): string {
  const deny = SECRETS.flatMap((pattern) => [`Read(${pattern})`, `Edit(${pattern})`]);
  return `${JSON.stringify({ permissions: { deny } }, null, 2)}\n`;
}
