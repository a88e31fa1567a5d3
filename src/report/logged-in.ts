import { NEEDED_SCOPE, type Credential, type CredentialFacts } from "../inspect/credential.ts";

/** A client started now would work: a valid login with the scope to use it, unexpired or refreshable. */
export function isLoggedIn(credential: Credential, now: number): boolean {
  if (credential.state !== "valid" || !credential.scopes.includes(NEEDED_SCOPE)) return false;
  if (credential.expiresAt === null || credential.expiresAt > now) return true;
  return (
    credential.hasRefreshToken &&
    (credential.refreshTokenExpiresAt === null || credential.refreshTokenExpiresAt > now)
  );
}

/** When a login ends for good, epoch milliseconds; null where it does not, or where nothing tells. */
export function endOfLogin({
  hasRefreshToken,
  refreshTokenExpiresAt,
  expiresAt,
}: CredentialFacts): number | null {
  return hasRefreshToken ? refreshTokenExpiresAt : expiresAt;
}
