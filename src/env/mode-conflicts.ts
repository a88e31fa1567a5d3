import { isCredentialHeader, parseHeaders } from "./custom-headers.ts";
import { BASE_URL_VARIABLE, HEADERS_VARIABLE, TOKEN_VARIABLE } from "./env-names.ts";
import {
  CLOUD_VARIABLES,
  GATEWAY_VARIABLE,
  HELPER,
  type LoginState,
  lookUp,
  modeInForce,
  type Place,
  placeOf,
  type SettingsSource,
  tokensInForce,
} from "./mode-in-force.ts";

/** Two settings that do not go together: names and places, never a value. */
export type ModeConflict =
  /** A login that would work is not used. */
  | { readonly kind: "login-overridden"; readonly used: Place }
  /** `used` counts; an API key beside an auth token or a helper is sent as well, in a header of its own. */
  | { readonly kind: "two-tokens"; readonly used: Place; readonly others: readonly Place[] }
  /** Headers of the user's own that say who asks, beside or instead of the token. */
  | { readonly kind: "credential-header"; readonly used: Place; readonly headers: readonly string[] }
  /** `sendsLogin`: the client sends the stored login, Anthropic's, to that place. */
  | { readonly kind: "base-url-without-token"; readonly used: Place; readonly sendsLogin: boolean }
  /** By what `used` is: an administrator's settings, a project's, the user's (which beat the environment alone). */
  | {
      readonly kind: "managed-overrides" | "project-overrides" | "settings-beat-shell";
      readonly used: Place;
      readonly beaten: readonly Place[];
    };

const VARIABLES = [
  BASE_URL_VARIABLE,
  ...Object.values(TOKEN_VARIABLE),
  HEADERS_VARIABLE,
  ...CLOUD_VARIABLES,
  GATEWAY_VARIABLE,
];

/**
 * What is set against each other.
 * @param sources the strongest first
 */
export function modeConflicts(sources: readonly SettingsSource[], login: LoginState): ModeConflict[] {
  const { mode, variable, source, path } = modeInForce(sources, login);
  const used = variable === null || source === null ? null : { variable, source, path };
  const [first, ...others] = tokensInForce(sources).map(({ place }) => place);
  const headers = credentialHeaders(sources);
  return [
    ...(login === "usable" && used !== null ? [{ kind: "login-overridden" as const, used }] : []),
    ...(mode !== "cloud" && first !== undefined && others.length > 0
      ? [{ kind: "two-tokens" as const, used: first, others }]
      : []),
    ...(mode === "cloud" || headers === null ? [] : [headers]),
    ...(used === null && headers === null ? strayBaseUrl(sources, login) : []),
    ...VARIABLES.flatMap((name) => overrides(sources, name, ({ env }) => env.get(name)?.trim())),
    ...overrides(sources, HELPER, ({ apiKeyHelper }) =>
      apiKeyHelper === "absent" ? undefined : apiKeyHelper,
    ),
  ];
}

function credentialHeaders(sources: readonly SettingsSource[]): ModeConflict | null {
  const found = lookUp(sources, HEADERS_VARIABLE);
  const names = parseHeaders(found?.value ?? "").map(([name]) => name);
  const headers = names.filter(isCredentialHeader);
  return found === null || headers.length === 0
    ? null
    : { kind: "credential-header", used: found.place, headers };
}

function strayBaseUrl(sources: readonly SettingsSource[], login: LoginState): ModeConflict[] {
  const found = lookUp(sources, BASE_URL_VARIABLE);
  if (found === null || /^https:\/\/([\w-]+\.)*anthropic\.com(?:[:/]|$)/i.test(found.value)) return [];
  return [{ kind: "base-url-without-token", used: found.place, sendsLogin: login === "usable" }];
}

const KIND = {
  managed: "managed-overrides",
  "project-local": "project-overrides",
  project: "project-overrides",
  user: "settings-beat-shell",
} as const;

/** The sources that say something else than the one that counts; a project's two files are one place here. */
function overrides(
  sources: readonly SettingsSource[],
  name: string,
  saidBy: (source: SettingsSource) => string | undefined,
): ModeConflict[] {
  const [first, ...rest] = sources.filter((source) => saidBy(source) !== undefined);
  if (first === undefined || first.source === "environment") return [];
  const kind = KIND[first.source];
  const beaten = rest.filter(
    (source) =>
      saidBy(source) !== saidBy(first) && (source.source === "environment" || KIND[source.source] !== kind),
  );
  if (beaten.length === 0) return [];
  const places = beaten.map((source) => placeOf(source, name));
  return [{ kind, used: placeOf(first, name), beaten: places }];
}
