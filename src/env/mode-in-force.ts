import { BASE_URL_VARIABLE, TOKEN_VARIABLE, type TokenKind } from "./env-names.ts";

/** A place that Claude Code takes variables from. */
export interface SettingsSource {
  readonly source: "managed" | "project-local" | "project" | "user" | "environment";
  readonly path: string | null;
  readonly env: ReadonlyMap<string, string>;
  /** `empty` switches one off that a later source names. */
  readonly apiKeyHelper: ApiKeyHelper;
}

export type ApiKeyHelper = "set" | "empty" | "absent";

/** A setting and where it comes from. `variable` is a variable's name or `apiKeyHelper`; `path` is null for the environment. */
export interface Place {
  readonly variable: string;
  readonly source: SettingsSource["source"];
  readonly path: string | null;
}

/** How Claude Code says who asks; what names no place is null for the stored login and for none. */
export interface ModeInForce {
  readonly mode: "oauth" | TokenKind | "cloud" | "api-key-helper" | "none";
  readonly variable: string | null;
  readonly source: SettingsSource["source"] | null;
  readonly path: string | null;
}

/** Of the stored login; an `unusable` one is there, and a client started now would fail on it. */
export type LoginState = "usable" | "unusable" | "none";

export const HELPER = "apiKeyHelper";

/** Each lets a cloud provider answer instead of Anthropic. */
export const CLOUD_VARIABLES: readonly string[] = [
  "CLAUDE_CODE_USE_BEDROCK",
  "CLAUDE_CODE_USE_VERTEX",
  "CLAUDE_CODE_USE_FOUNDRY",
  "CLAUDE_CODE_USE_ANTHROPIC_AWS",
  "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD",
  "CLAUDE_CODE_USE_MANTLE",
];
/** The same, but without effect unless base URL and auth token are there. */
export const GATEWAY_VARIABLE = "CLAUDE_CODE_USE_GATEWAY";

/**
 * What Claude Code would use if it were started now, by its order: a cloud provider, `ANTHROPIC_AUTH_TOKEN`,
 * `ANTHROPIC_API_KEY`, `apiKeyHelper`, `CLAUDE_CODE_OAUTH_TOKEN`, the stored login (facts C12).
 * @param sources the strongest first
 */
export function modeInForce(sources: readonly SettingsSource[], login: LoginState): ModeInForce {
  const cloud = cloudInForce(sources);
  if (cloud !== null) return { mode: "cloud", ...cloud };
  const [token] = tokensInForce(sources);
  if (token !== undefined) return { mode: token.mode, ...token.place };
  return { mode: login === "none" ? "none" : "oauth", variable: null, source: null, path: null };
}

/** A token that is set, by the mode that it makes. */
export interface TokenInForce {
  readonly mode: TokenKind | "api-key-helper";
  readonly place: Place;
}

/** All tokens that a client finds, the one that counts first. */
export function tokensInForce(sources: readonly SettingsSource[]): TokenInForce[] {
  const token = (kind: TokenKind): TokenInForce[] => {
    const found = lookUp(sources, TOKEN_VARIABLE[kind]);
    return found === null ? [] : [{ mode: kind, place: found.place }];
  };
  const helper = sources.find(({ apiKeyHelper }) => apiKeyHelper !== "absent");
  return [
    ...token("auth-token"),
    ...token("api-key"),
    ...(helper?.apiKeyHelper === "set"
      ? [{ mode: "api-key-helper" as const, place: placeOf(helper, HELPER) }]
      : []),
    ...token("oauth-token"),
  ];
}

/**
 * What a client finds under a name, white space around it gone; null where it is not set. The first source with the
 * name decides: an empty value there switches it off, whatever the others say (observed with Claude Code 2.1.330).
 */
export function lookUp(
  sources: readonly SettingsSource[],
  variable: string,
): { readonly value: string; readonly place: Place } | null {
  const source = sources.find(({ env }) => env.has(variable));
  const value = source?.env.get(variable)?.trim() ?? "";
  return source === undefined || value === "" ? null : { value, place: placeOf(source, variable) };
}

export function placeOf({ source, path }: SettingsSource, variable: string): Place {
  return { variable, source, path };
}

function cloudInForce(sources: readonly SettingsSource[]): Place | null {
  const gateway =
    lookUp(sources, BASE_URL_VARIABLE) === null || lookUp(sources, TOKEN_VARIABLE["auth-token"]) === null
      ? []
      : [GATEWAY_VARIABLE];
  const places = [...CLOUD_VARIABLES, ...gateway].map((name) => {
    const found = lookUp(sources, name);
    return found !== null && isOn(found.value) ? found.place : null;
  });
  return places.find((place) => place !== null) ?? null;
}

/** As Claude Code reads a switch. */
function isOn(value: string): boolean {
  return /^(?:1|true|yes|on)$/i.test(value);
}
