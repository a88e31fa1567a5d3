import { isObject, parseObject } from "../inspect/credential.ts";

/**
 * A credential without its refresh token: it works while the access token lasts, and Claude Code leaves it alone (facts
 * C8). Other tools' entries and the time at which the login ends stay behind.
 * @returns null where there is no login in it
 */
export function accessOnly(text: string): string | null {
  const login = parseObject(text)?.["claudeAiOauth"];
  if (!isObject(login)) return null;
  const kept = Object.entries(login).filter(([name]) => !LEFT_BEHIND.includes(name));
  return JSON.stringify({ claudeAiOauth: Object.fromEntries(kept) });
}

const LEFT_BEHIND: readonly string[] = ["refreshToken", "refreshTokenExpiresAt"];
