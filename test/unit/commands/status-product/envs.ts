import { SECTION_TEXTS } from "../../../../src/env/section-texts.ts";
import { file, type Tree } from "../../../support/tree.ts";
import {
  API_KEY,
  AUTH_TOKEN,
  CHANGE,
  conflict,
  ENVIRONMENT,
  incomplete,
  OAUTH_TOKEN,
  overridden,
  settingsFrom,
  unused,
} from "./env-words.ts";
import type { EnvState, Seen, Used } from "./env-state.ts";
import { told } from "./told.ts";

const PROXY = { ANTHROPIC_BASE_URL: "http://localhost:4000", ANTHROPIC_AUTH_TOKEN: "canary-auth" };
const proxyFile = `# claude-credentials: to shell\nexport ANTHROPIC_BASE_URL=http://localhost:4000\nexport ANTHROPIC_AUTH_TOKEN=canary-auth\n`;
const SECTION: Tree = { "home/.profile": file(SECTION_TEXTS.profile[0], 0o644) };

/** Set by what a shell read from the store's file. */
function byFile(
  mode: "auth-token" | "oauth-token",
  what: typeof API_KEY,
  env: Record<string, string>,
  text: string,
) {
  const used = { ...what, ...ENVIRONMENT };
  return {
    ...{ env, file: text, tree: SECTION },
    used: ({ file: path, filePersists }: Seen): Used => ({
      mode,
      isPersistent: path !== null && filePersists,
    }),
    said: (seen: Seen) => overridden(seen, used),
  };
}

/** Set by the user's settings alone. */
function bySettings(mode: Used["mode"], what: typeof API_KEY, settings: string) {
  return {
    settings,
    used: (seen: Seen): Used | null =>
      seen.settings === null ? null : { mode, isPersistent: seen.settingsPersist },
    said: (seen: Seen) =>
      seen.settings === null ? [] : overridden(seen, { ...what, ...settingsFrom(seen) }),
  };
}

export const ENVS: readonly EnvState[] = [
  { name: "no API mode", used: () => null, said: () => [] },
  { name: "an auth token by file", ...byFile("auth-token", AUTH_TOKEN, PROXY, proxyFile) },
  {
    name: "a long-lived token by file",
    ...byFile(
      "oauth-token",
      OAUTH_TOKEN,
      { CLAUDE_CODE_OAUTH_TOKEN: "canary-oauth" },
      "# claude-credentials: to shell\nexport CLAUDE_CODE_OAUTH_TOKEN=canary-oauth\n",
    ),
  },
  {
    name: "an API key in settings",
    ...bySettings("api-key", API_KEY, '{"env":{"ANTHROPIC_API_KEY":"canary-key"}}'),
  },
  {
    name: "an apiKeyHelper",
    ...bySettings(
      "api-key-helper",
      { variable: "apiKeyHelper", words: "an apiKeyHelper" },
      '{"apiKeyHelper":"/bin/helper"}',
    ),
  },
  {
    name: "an API key from the container",
    given: { ANTHROPIC_API_KEY: "canary-key" },
    used: () => ({ mode: "api-key", isPersistent: true }),
    said: (seen) => overridden(seen, { ...API_KEY, ...ENVIRONMENT }),
  },
  {
    name: "an exported API key",
    env: { ANTHROPIC_API_KEY: "canary-key" },
    used: () => ({ mode: "api-key", isPersistent: false }),
    said: (seen) => overridden(seen, { ...API_KEY, ...ENVIRONMENT }),
  },
  {
    name: "a cloud provider by the administrator",
    tree: { "machine/etc-claude/code/managed-settings.json": '{"env":{"CLAUDE_CODE_USE_BEDROCK":"1"}}' },
    used: () => ({ mode: "cloud", isPersistent: true }),
    said: (seen) => {
      const path = "/etc/claude-code/managed-settings.json";
      const what = { variable: "CLAUDE_CODE_USE_BEDROCK", words: "a cloud provider" };
      return overridden(seen, { ...what, path, place: path, away: `look at ${path}` });
    },
  },
  {
    name: "an API key of the project's",
    tree: { "work/.claude/settings.json": '{"env":{"ANTHROPIC_API_KEY":"canary-key"}}' },
    used: () => ({ mode: "api-key", isPersistent: true }),
    said: (seen) => {
      const path = `${seen.work}/.claude/settings.json`;
      return overridden(seen, { ...API_KEY, path, place: path, away: `look at ${path}` });
    },
  },
  {
    name: "two tokens",
    env: { ANTHROPIC_API_KEY: "canary-key", ANTHROPIC_AUTH_TOKEN: "canary-auth" },
    used: () => ({ mode: "auth-token", isPersistent: false }),
    said: (seen) => {
      const used = { ...AUTH_TOKEN, ...ENVIRONMENT };
      const what =
        "two tokens are set: ANTHROPIC_AUTH_TOKEN from the environment comes first, then ANTHROPIC_API_KEY from the environment";
      return [...overridden(seen, used), conflict(used, what, `keep one of them: ${CHANGE}`)];
    },
  },
  {
    name: "settings against an export",
    env: { ANTHROPIC_API_KEY: "canary-exported" },
    settings: '{"env":{"ANTHROPIC_API_KEY":"canary-key"}}',
    used: ({ settings, settingsPersist }) => ({
      mode: "api-key",
      isPersistent: settings !== null && settingsPersist,
    }),
    said: (seen) => {
      if (seen.settings === null) return overridden(seen, { ...API_KEY, ...ENVIRONMENT });
      const used = { ...API_KEY, ...settingsFrom(seen) };
      const what = `${used.variable} from ${used.place} comes before ANTHROPIC_API_KEY from the environment, which says something else`;
      return [...overridden(seen, used), conflict(used, what, `an export does not undo settings: ${CHANGE}`)];
    },
  },
  {
    name: "the file, and no link to it",
    file: proxyFile,
    isLinked: false,
    tree: SECTION,
    used: () => null,
    said: ({ home, isFileBesideLogin }) =>
      isFileBesideLogin ? [incomplete(home, "~/.claude-code-env")] : [],
  },
  {
    name: "the file, and no startup file that reads it",
    file: proxyFile,
    used: () => null,
    said: ({ home, file: path }) => (path === null ? [] : [incomplete(home, "~/.profile")]),
  },
  {
    name: "the file, and no shell that read it",
    file: proxyFile,
    tree: SECTION,
    used: () => null,
    said: ({ home, file: path }) =>
      path === null
        ? []
        : [
            told(
              "info",
              "ENV_INCOMPLETE",
              `${home}/.claude-code-env`,
              "the API mode is set for shells, and no shell that read its startup file started this",
              "open a new terminal, or let Claude Code's settings have it: claude-credentials env set --to both",
            ),
          ],
  },
  {
    name: "a file that would run a program",
    file: 'export ANTHROPIC_AUTH_TOKEN="$(cat canary)"\n',
    tree: SECTION,
    used: () => null,
    said: ({ file: path }) =>
      path === null
        ? []
        : [unused(path, "line 1 has a $ or a backquote, which a shell replaces by something else")],
  },
  {
    name: "a file that cannot be read",
    file: proxyFile,
    fileMode: 0o000,
    tree: SECTION,
    used: () => null,
    said: ({ file: path }) => (path === null ? [] : [unused(path, "it cannot be read (EACCES)")]),
  },
];
