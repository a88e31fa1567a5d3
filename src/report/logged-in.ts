import { NEEDED_SCOPE, type Credential } from "../inspect/credential.ts";

/** A client started now would work: a valid login with the scope to use it, unexpired or refreshable. */
export function isLoggedIn(credential: Credential, now: number): boolean {
  if (credential.state !== "valid" || !credential.scopes.includes(NEEDED_SCOPE)) return false;
  if (credential.expiresAt === null || credential.expiresAt > now) return true;
  return (
    credential.hasRefreshToken &&
    (credential.refreshTokenExpiresAt === null || credential.refreshTokenExpiresAt > now)
  );
}
