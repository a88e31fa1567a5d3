import { isObject, parseObject } from "../inspect/credential.ts";

/**
 * A credential without its refresh token: it works while the access token lasts, and Claude Code leaves it alone (facts
 * C8). Nothing goes along that is not known to be needed.
 * @returns null where there is no login in it
 */
export function accessOnly(text: string): string | null {
  const login = parseObject(text)?.["claudeAiOauth"];
  if (!isObject(login)) return null;
  const kept = Object.entries(login).filter(([name]) => TAKEN_ALONG.includes(name));
  return JSON.stringify({ claudeAiOauth: Object.fromEntries(kept) });
}

const TAKEN_ALONG: readonly string[] = [
  "accessToken",
  "expiresAt",
  "scopes",
  "subscriptionType",
  "rateLimitTier",
];
