import { NEEDED_SCOPE, type Credential, type CredentialFacts } from "../inspect/credential.ts";

/** What is to be done about an access token that is to last for some time. */
export type RenewalDecision =
  /** `until` is epoch milliseconds; null where the token has no end. */
  | { readonly kind: "lasts"; readonly until: number | null }
  /** `isDue`: Claude Code does it by itself at its next use. */
  | { readonly kind: "renew"; readonly isDue: boolean }
  | { readonly kind: "log-in"; readonly why: LoginGone }
  | { readonly kind: "unreadable"; readonly errnoCode: string };

/** Why only a new login helps. */
export type LoginGone = "absent" | "blank" | "malformed" | "scopes" | "ended" | "no-refresh-token";

/**
 * Decides whether a login is to be renewed. A refresh token of which no end is known counts as good: only the server
 * knows better.
 * @param now epoch milliseconds
 * @param minTtl milliseconds
 */
export function decideRenewal(credential: Credential, now: number, minTtl: number): RenewalDecision {
  switch (credential.state) {
    case "unreadable":
      return { kind: "unreadable", errnoCode: credential.errnoCode };
    case "absent":
    case "blank":
    case "malformed":
      return { kind: "log-in", why: credential.state };
    case "valid":
      return decideValid(credential, now, minTtl);
  }
}

function decideValid(credential: CredentialFacts, now: number, minTtl: number): RenewalDecision {
  const { expiresAt, scopes, hasRefreshToken, refreshTokenExpiresAt } = credential;
  if (!scopes.includes(NEEDED_SCOPE)) return { kind: "log-in", why: "scopes" };
  if (expiresAt === null || expiresAt - now >= minTtl) return { kind: "lasts", until: expiresAt };
  if (!hasRefreshToken) return { kind: "log-in", why: "no-refresh-token" };
  if (refreshTokenExpiresAt !== null && refreshTokenExpiresAt <= now) return { kind: "log-in", why: "ended" };
  return { kind: "renew", isDue: expiresAt <= now };
}

/** What came of it. */
export type Renewed = "renewed" | "unchanged" | "refused";

/** Judges a login after Claude Code ran, by the file alone: one whose answer failed may have renewed it all the same. */
export function judgeRenewal(after: Credential, sameToken: boolean): Renewed {
  if (after.state === "valid") return sameToken ? "unchanged" : "renewed";
  return after.state === "blank" ? "refused" : "unchanged";
}
