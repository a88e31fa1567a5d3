import { NEEDED_SCOPE, type Credential } from "../inspect/credential.ts";
import type { LoginGone } from "./decide-renewal.ts";

/** How a command that is run with a working copy comes to the login. */
export type RunLogin =
  /** Claude Code is given the one credential store, and renews it there. */
  | { readonly kind: "shared" }
  /** It is given the access token alone. `renewFirst`: it would not last, and can be renewed here. */
  | {
      readonly kind: "copied";
      readonly renewFirst: boolean;
      readonly endsAt: number | null;
      readonly fixed: boolean;
    }
  /** `not-here`: it has ended, and could be renewed where it is kept, not here. */
  | { readonly kind: "gone"; readonly why: LoginGone | "not-here" }
  | { readonly kind: "unreadable"; readonly errnoCode: string };

export interface RunSource {
  readonly credential: Credential;
  /** Whether the directory is ours and can be written to: then the login can be renewed in it. */
  readonly renewable: boolean;
  /** Whether the client can be given the login apart from all else (facts C7). */
  readonly clientTakesStore: boolean;
}

/** @param now epoch milliseconds @param minTtl milliseconds */
export function decideRunLogin(source: RunSource, now: number, minTtl: number): RunLogin {
  const { credential, renewable, clientTakesStore } = source;
  if (credential.state === "unreadable") return { kind: "unreadable", errnoCode: credential.errnoCode };
  if (credential.state !== "valid") return { kind: "gone", why: credential.state };
  const { scopes, expiresAt, hasRefreshToken, refreshTokenExpiresAt } = credential;
  if (!scopes.includes(NEEDED_SCOPE)) return { kind: "gone", why: "scopes" };
  const canRenew = renewable && hasRefreshToken;
  const isExpired = expiresAt !== null && expiresAt <= now;
  if (isExpired && !hasRefreshToken) return { kind: "gone", why: "no-refresh-token" };
  if (isExpired && refreshTokenExpiresAt !== null && refreshTokenExpiresAt <= now)
    return { kind: "gone", why: "ended" };
  if (isExpired && !canRenew) return { kind: "gone", why: "not-here" };
  if (canRenew && clientTakesStore) return { kind: "shared" };
  const isShort = expiresAt !== null && expiresAt - now < minTtl;
  return { kind: "copied", renewFirst: canRenew && isShort, endsAt: expiresAt, fixed: !canRenew };
}
