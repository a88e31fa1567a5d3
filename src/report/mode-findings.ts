import type { EnvLook } from "../inspect/inspect-env.ts";
import type { StatusInspection } from "../inspect/inspect-status.ts";
import {
  modeInForce,
  type LoginState,
  type ModeInForce,
  type Place,
  type SettingsSource,
} from "../env/mode-in-force.ts";
import { modeConflicts, type ModeConflict } from "../env/mode-conflicts.ts";
import { displayPath } from "../layout.ts";
import { finding, type Finding } from "./finding.ts";
import { isLoggedIn } from "./logged-in.ts";

/** What the stored login is worth where nothing comes before it. */
export function loginState({ credential, now }: StatusInspection): LoginState {
  if (credential.state !== "valid") return "none";
  return isLoggedIn(credential, now) ? "usable" : "unusable";
}

const SOURCES: Readonly<Record<SettingsSource["source"], string>> = {
  managed: "the administrator's settings",
  "project-local": "the project's local settings",
  project: "the project's settings",
  user: "your settings",
  environment: "the environment",
};

/** Each mode in words. */
export const MODES: Readonly<Record<ModeInForce["mode"], string>> = {
  oauth: "the stored login",
  "auth-token": "an auth token",
  "api-key": "an API key",
  "oauth-token": "a long-lived OAuth token",
  cloud: "a cloud provider",
  "api-key-helper": "an apiKeyHelper",
  none: "nothing: Claude Code is not logged in",
};

/** The mode in words: what is used, and where it comes from. */
export function describeMode({ mode, variable, source, path }: ModeInForce, home: string): string {
  if (variable === null || source === null) return MODES[mode];
  return `${MODES[mode]}, ${describePlace({ variable, source, path }, home)}`;
}

function describePlace({ variable, source, path }: Place, home: string): string {
  return `${variable} from ${path === null ? SOURCES[source] : displayPath(path, home)}`;
}

/** A finding for each two things that say different things of how Claude Code is to log in. */
export function conflictFindings({ env, status }: EnvLook): Finding[] {
  const login = loginState(status);
  const inForce = modeInForce(env.sources, login);
  const { home } = status.layout;
  return modeConflicts(env.sources, login).map((conflict) => {
    const { what, hint } = describeConflict(conflict, home);
    const message = `${what}. Claude Code uses ${describeMode(inForce, home)}`;
    return finding("MODE_CONFLICT", message, hint, conflict.used.path ?? undefined);
  });
}

const CHANGE = "claude-credentials env set changes the API mode, claude-credentials env unset takes it away";

function describeConflict(conflict: ModeConflict, home: string): { what: string; hint: string } {
  const used = describePlace(conflict.used, home);
  const all = (places: readonly Place[]): string =>
    places.map((place) => describePlace(place, home)).join(", ");
  switch (conflict.kind) {
    case "login-overridden":
      return {
        what: `a login is stored, and ${used} comes before it`,
        hint: `to use the login: ${away(conflict.used)}`,
      };
    case "two-tokens":
      return {
        what: `two tokens are set: ${used} comes first, then ${all(conflict.others)}`,
        hint: `keep one of them: ${CHANGE}`,
      };
    case "credential-header":
      return {
        what: `${used} has the header ${conflict.headers.join(", ")}, which says who asks, beside the token or in its place`,
        hint: "leave that header to the token: claude-credentials env set",
      };
    case "base-url-without-token":
      return {
        what: `${used} is set without a token${conflict.sendsLogin ? ", so the stored login is sent to that place" : ""}`,
        hint: "set both: claude-credentials env set   or take the base URL away",
      };
    case "managed-overrides":
      return {
        what: `the administrator's ${used} comes before ${all(conflict.beaten)}`,
        hint: "what an administrator set only an administrator changes",
      };
    case "project-overrides":
      return {
        what: `the project's ${used} comes before ${all(conflict.beaten)}`,
        hint: `look at ${conflict.used.path ?? "the project's settings"}: whoever changes it decides where your requests go`,
      };
    case "settings-beat-shell":
      return {
        what: `${used} comes before ${all(conflict.beaten)}, which says something else`,
        hint: `an export does not undo settings: ${CHANGE}`,
      };
  }
}

function away({ source, path }: Place): string {
  if (source === "environment") return "claude-credentials env unset   or unset the variable where it is set";
  return source === "user" ? "claude-credentials env unset" : `look at ${path ?? "the settings"}`;
}
