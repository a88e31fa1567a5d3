import { randomBytes } from "node:crypto";

export const SCOPES = ["user:inference", "user:profile", "user:sessions:claude_code"] as const;

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** What became of a request to refresh: a new pair, or the server's refusal. */
export type RefreshAnswer =
  { readonly kind: "rotated"; readonly pair: TokenPair } | { readonly kind: "refused" };

/**
 * The authorization server's memory. Refresh tokens are strictly single-use: the second use of one is
 * refused and gives nothing, as the real server does it.
 */
export class TokenBook {
  /** A text that every token issued here holds and nothing else does: where it turns up, a token is. */
  readonly canary = `canary${randomBytes(12).toString("hex")}`;
  readonly #accessTokens = new Map<string, number>();
  readonly #refreshTokens = new Map<string, "unused" | "used" | "revoked">();
  readonly #refreshTokenOf = new Map<string, string>();
  #refreshes = 0;
  #refusedReuses = 0;

  /** How many refreshes gave a new pair. */
  get refreshes(): number {
    return this.#refreshes;
  }

  /** How many times a refresh token that had been used up already came again. */
  get refusedReuses(): number {
    return this.#refusedReuses;
  }

  /** A new pair whose access token ends `lifetimeSeconds` from now; negative for one that ended already. */
  issue(lifetimeSeconds: number): TokenPair {
    const pair = {
      accessToken: `sk-ant-oat01-${this.canary}${randomBytes(30).toString("base64url")}-AAAAAAAA`,
      refreshToken: `sk-ant-ort01-${this.canary}${randomBytes(30).toString("base64url")}-AAAAAAAA`,
      expiresAt: Date.now() + lifetimeSeconds * 1000,
    };
    this.#accessTokens.set(pair.accessToken, pair.expiresAt);
    this.#refreshTokens.set(pair.refreshToken, "unused");
    this.#refreshTokenOf.set(pair.accessToken, pair.refreshToken);
    return pair;
  }

  /** True for an access token that was issued here and has not ended. */
  accepts(accessToken: string): boolean {
    const expiresAt = this.#accessTokens.get(accessToken);
    return expiresAt !== undefined && Date.now() < expiresAt;
  }

  /** Whether both were given in one answer. */
  areOfOneGeneration({
    accessToken,
    refreshToken,
  }: Pick<TokenPair, "accessToken" | "refreshToken">): boolean {
    return this.#refreshTokenOf.get(accessToken) === refreshToken;
  }

  /** True while `refreshToken` would give a new pair. */
  isUnused(refreshToken: string): boolean {
    return this.#refreshTokens.get(refreshToken) === "unused";
  }

  refresh(refreshToken: string, lifetimeSeconds: number): RefreshAnswer {
    const state = this.#refreshTokens.get(refreshToken);
    if (state !== "unused") {
      if (state === "used") this.#refusedReuses += 1;
      return { kind: "refused" };
    }
    this.#refreshTokens.set(refreshToken, "used");
    this.#refreshes += 1;
    return { kind: "rotated", pair: this.issue(lifetimeSeconds) };
  }

  /** Logs out: neither token works any longer. Unknown ones are ignored. */
  revoke(token: string): void {
    this.#accessTokens.delete(token);
    if (this.#refreshTokens.has(token)) this.#refreshTokens.set(token, "revoked");
  }
}
