import { isObject, parseObject } from "../inspect/credential.ts";

/**
 * The text of a credential with another end of its access token, all else as it was. Claude Code renews from five
 * minutes before that end on, and not earlier (facts C22).
 * @param expiresAt epoch milliseconds
 * @returns null where there is no login in it
 */
export function withExpiry(text: string, expiresAt: number): string | null {
  const document = parseObject(text);
  const login = document?.["claudeAiOauth"];
  if (document === null || !isObject(login)) return null;
  return JSON.stringify({ ...document, claudeAiOauth: { ...login, expiresAt } });
}

/** Whether two credentials have the same access token; false where one has none. Neither is shown to anybody. */
export function hasSameToken(one: string, other: string): boolean {
  const token = tokenOf(one);
  return token !== null && token === tokenOf(other);
}

function tokenOf(text: string): string | null {
  const login = parseObject(text)?.["claudeAiOauth"];
  const token = isObject(login) ? login["accessToken"] : undefined;
  return typeof token === "string" && token !== "" ? token : null;
}
