import { SECTION_TEXTS } from "../../src/env/section-texts.ts";
import { login, state } from "../support/login.ts";
import { repository } from "../support/machine.ts";

/** Where a login may lie: in the home, where none was started yet, or in a store that the home leads to. */
export type Place = "home" | "store";

const STORE = "work/.git/claude-credentials";
const SECRETS = "work/.devcontainer.secrets";

/**
 * Every file that a command reads, by its path below a machine, with secrets wherever each may hold one: tokens, and
 * what stands in a comment or on a line of its own. Names and paths, which commands do print, hold none.
 */
export function plantedFiles(secret: string, place: Place): Readonly<Record<string, string>> {
  const config = place === "home" ? "home/.claude" : `${STORE}/.claude-credentials`;
  const stateFile = place === "home" ? "home/.claude.json" : `${config}/.claude.json`;
  const env = JSON.stringify({ env: variables(secret), apiKeyHelper: `echo ${secret}` });
  const envFile = [
    `# claude-credentials: to shell`,
    `# ${secret}`,
    ...Object.entries(variables(secret)).map(([name, value]) => `export ${name}='${value}'`),
    "",
  ].join("\n");
  const project = JSON.stringify({
    build: { dockerfile: "Dockerfile", args: { TOKEN: secret } },
    remoteEnv: { ANTHROPIC_API_KEY: secret },
  });
  return {
    [`${config}/.credentials.json`]: credential(secret),
    [stateFile]: state("me@acme", stateSecrets(secret)),
    [`${config}/settings.json`]: env,
    [`${STORE}/format`]: `1\n0 0\n${secret}\n`,
    [`${STORE}/delivered`]: `"a"\n${secret}\n`,
    [`${STORE}/last-known-good/.credentials.json`]: credential(secret),
    [`${STORE}/env-vars/.claude-code-env`]: envFile,
    [`${SECRETS}/.claude-credentials/.credentials.json`]: credential(secret),
    [`${SECRETS}/.claude-credentials/.claude.json`]: state("me@acme", stateSecrets(secret)),
    [`${SECRETS}/claude-credentials.json`]: credential(secret),
    [`${SECRETS}/env-vars/anthropic-api-key`]: `${secret}\n`,
    [`${SECRETS}/format`]: `1\n0 0\n${secret}\n`,
    "home/.profile": `export TOKEN=${secret}\n${SECTION_TEXTS.profile[0]}echo ${secret}\n`,
    "home/.bashrc": `# >>> claude-credentials >>> ${secret}\nexport TOKEN=${secret}\n`,
    "home/.cache/claude-credentials/stamp": `claude-credentials stamp 1\n${secret}\n`,
    "home/.cache/claude-credentials/notice/looked": `${secret}\n`,
    "work/.claude/settings.json": env,
    "work/.claude/settings.local.json": env,
    "work/.devcontainer/devcontainer.json": project,
    "work/.devcontainer/Dockerfile": `FROM debian\nARG TOKEN=${secret}\nCOPY . /app\n`,
    "work/compose.yaml": `services:\n  a:\n    build: .\n    environment:\n      TOKEN: ${secret}\n`,
    "work/.dockerignore": `# ${secret}\n`,
    "work/.git/config": `[core]\n\trepositoryformatversion = 0\n[remote "o"]\n\turl = https://${secret}@example.com/a\n`,
    "work/.git/HEAD": "ref: refs/heads/main\n",
    "work/.git/info/exclude": `# ${secret}\n`,
    "machine/etc-claude/code/managed-settings.json": env,
    "share/options.env": `CLAUDE_CREDENTIALS_VERSION='1.2.3'\nTOKEN='${secret}'\n`,
  };
}

/** What makes `work/.git` a repository beside the files above. */
export const REPOSITORY = Object.fromEntries(
  Object.entries(repository("work")).filter(
    ([, entry]) => typeof entry === "object" && entry.type === "directory",
  ),
);

function variables(secret: string): Record<string, string> {
  return {
    ANTHROPIC_AUTH_TOKEN: secret,
    ANTHROPIC_API_KEY: secret,
    CLAUDE_CODE_OAUTH_TOKEN: secret,
    ANTHROPIC_BASE_URL: `https://user:${secret}@example.com/`,
    ANTHROPIC_CUSTOM_HEADERS: `Authorization: Bearer ${secret}`,
    HTTPS_PROXY: `http://user:${secret}@example.com:3128`,
  };
}

function credential(secret: string): string {
  return login("a", 2, {
    accessToken: secret,
    refreshToken: secret,
    another: { token: secret },
  }).replace(/}$/, `,"mcpOAuth":{"a":{"accessToken":"${secret}"}}}`);
}

function stateSecrets(secret: string): Record<string, unknown> {
  return {
    primaryApiKey: secret,
    customApiKeyResponses: { approved: [secret] },
    mcpServers: { a: { env: { TOKEN: secret } } },
  };
}
