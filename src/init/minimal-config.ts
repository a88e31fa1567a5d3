const NODE = "ghcr.io/devcontainers/features/node:1";
const CLAUDE_CODE = "ghcr.io/anthropics/devcontainer-features/claude-code:1";

/**
 * A devcontainer.json for a project that has none: `up` on it gives a container in which `claude` runs and stays
 * logged in. The base image has no Node, which both Features below it need.
 */
export function minimalConfig(projectName: string, featureKey: string): string {
  return `// Every setting: https://containers.dev/implementors/json_reference/
{
  "name": ${JSON.stringify(projectName === "" ? "Dev container" : projectName)},
  "image": "mcr.microsoft.com/devcontainers/base:debian",
  "features": {
    // The image has no Node: claude-credentials runs on it (18.19 or later), Claude Code is installed with it.
    "${NODE}": {},
    // Claude Code itself. Not needed if you install it in another way.
    "${CLAUDE_CODE}": {},
    // Log in once: the login of Claude Code outlives every rebuild.
    ${JSON.stringify(featureKey)}: {}
  }
}
`;
}
