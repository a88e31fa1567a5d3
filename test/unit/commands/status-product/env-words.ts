import type { Seen } from "./env-state.ts";
import { told, type Told } from "./told.ts";

/** Where a variable is from, as sentences name it; a path is a file's. */
export interface From {
  readonly variable: string;
  readonly words: string;
  readonly place: string;
  readonly path: string | null;
  readonly away: string;
}

/** Of a variable that this process has. */
export const ENVIRONMENT = {
  place: "the environment",
  path: null,
  away: "claude-credentials env unset   or unset the variable where it is set",
};

/** Of a variable in the user's settings. */
export const settingsFrom = (seen: Seen): Pick<From, "place" | "path" | "away"> => ({
  place: (seen.settings ?? "").replace(seen.home, "~"),
  path: seen.settings,
  away: "claude-credentials env unset",
});

/** How the API mode is changed. */
export const CHANGE =
  "claude-credentials env set changes the API mode, claude-credentials env unset takes it away";

/** An API key. */
export const API_KEY = { variable: "ANTHROPIC_API_KEY", words: "an API key" };

/** A proxy's token. */
export const AUTH_TOKEN = { variable: "ANTHROPIC_AUTH_TOKEN", words: "an auth token" };

/** A token of `claude setup-token`. */
export const OAUTH_TOKEN = { variable: "CLAUDE_CODE_OAUTH_TOKEN", words: "a long-lived OAuth token" };

/** Two settings that say different things, and what Claude Code uses. */
export function conflict(used: From, what: string, hint: string): Told {
  const { words, variable, place, path } = used;
  const message = `${what}. Claude Code uses ${words}, ${variable} from ${place}`;
  return told("warning", "MODE_CONFLICT", path, message, hint);
}

/** A login that would work is passed over. */
export function overridden({ hasLogin }: Seen, used: From): Told[] {
  const what = `a login is stored, and ${used.variable} from ${used.place} comes before it`;
  return hasLogin ? [conflict(used, what, `to use the login: ${used.away}`)] : [];
}

/** Something is missing of the API mode. */
export function incomplete(home: string, missing: string): Told {
  return told(
    "warning",
    "ENV_INCOMPLETE",
    `${home}/.claude-code-env`,
    `the API mode is set, but this is missing: ${missing}`,
    "run: claude-credentials start   and if that does not help: claude-credentials env set",
  );
}

/** A file of variables that is not used. */
export function unused(path: string, why: string): Told {
  const hint = "look at it, or set the API mode anew: claude-credentials env set";
  return told("warning", "ENV_INCOMPLETE", path, `${path} is not used: ${why}`, hint);
}
