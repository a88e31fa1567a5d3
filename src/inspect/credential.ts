/** What a `.credentials.json` says, without its tokens. Times are epoch milliseconds; null is "not said". */
export interface CredentialFacts {
  readonly expiresAt: number | null;
  readonly refreshTokenExpiresAt: number | null;
  readonly hasRefreshToken: boolean;
  readonly scopes: readonly string[];
  readonly subscriptionType: string | null;
}

/**
 * The states a credential can be in, told apart by content alone, as the client does (facts C11, C27):
 * `absent` also where the file holds other tools' entries and no login; `blank` is what the client writes when
 * the server refused the refresh token.
 */
export type Credential =
  | { readonly state: "absent" }
  | { readonly state: "unreadable"; readonly errnoCode: string }
  | { readonly state: "malformed" }
  | ({ readonly state: "blank" } & CredentialFacts)
  | ({ readonly state: "valid" } & CredentialFacts);

/** Bytes: far above any credential, far below what would hurt to read. */
export const CREDENTIAL_LIMIT = 1024 * 1024;

/** The scope that a client needs to find it is logged in (facts C27). */
export const NEEDED_SCOPE = "user:inference";

export type CredentialState = Credential["state"];

/** Parses the text of a `.credentials.json`. Null is "no such file". Fields that are not known are left alone. */
export function parseCredential(text: string | null): Exclude<Credential, { state: "unreadable" }> {
  if (text === null) return { state: "absent" };
  const document = parseObject(text);
  if (document === null) return { state: "malformed" };
  const login = document["claudeAiOauth"];
  if (login === undefined) return { state: "absent" };
  if (!isObject(login)) return { state: "malformed" };

  const { accessToken, refreshToken, expiresAt, refreshTokenExpiresAt, scopes, subscriptionType } = login;
  if (!isOptional(accessToken, "string") || !isOptional(refreshToken, "string"))
    return { state: "malformed" };
  if (!isOptional(expiresAt, "number") || !isOptional(refreshTokenExpiresAt, "number"))
    return { state: "malformed" };
  if (!isOptional(subscriptionType, "string")) return { state: "malformed" };
  if (scopes !== undefined && scopes !== null && !isStringArray(scopes)) return { state: "malformed" };

  const facts: CredentialFacts = {
    expiresAt: expiresAt ?? null,
    refreshTokenExpiresAt: refreshTokenExpiresAt ?? null,
    hasRefreshToken: isNonEmpty(refreshToken),
    scopes: scopes ?? [],
    subscriptionType: subscriptionType ?? null,
  };
  return { state: isNonEmpty(accessToken) ? "valid" : "blank", ...facts };
}

/** When the access token of a credential's text ends, epoch milliseconds; null where that is not said, or there is no login. */
export function accessEnd(text: string | null): number | null {
  const credential = parseCredential(text);
  return credential.state === "valid" ? credential.expiresAt : null;
}

/** The object in a JSON text, or null for anything else (a byte order mark is no object either: the client refuses it). */
export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOptional(value: unknown, type: "string"): value is string | null | undefined;
function isOptional(value: unknown, type: "number"): value is number | null | undefined;
function isOptional(value: unknown, type: "string" | "number"): boolean {
  return value === undefined || value === null || typeof value === type;
}

function isStringArray(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isNonEmpty(value: string | null | undefined): boolean {
  return typeof value === "string" && value.trim() !== "";
}
