import { randomBytes } from "node:crypto";

/** A login as the client writes it: the two files, and the token in them that must not turn up anywhere else. */
export interface MadeUpLogin {
  readonly canary: string;
  /** Content of `~/.claude/.credentials.json`. */
  readonly credential: string;
  /** Content of `~/.claude.json`. */
  readonly state: string;
}

/** A login that is good for as many hours as said, with tokens that no other has. */
export function madeUpLogin(email: string, hours = 8): MadeUpLogin {
  const canary = randomBytes(24).toString("hex");
  const credential = {
    claudeAiOauth: {
      accessToken: `sk-ant-oat01-${canary}`,
      refreshToken: `sk-ant-ort01-${randomBytes(24).toString("hex")}`,
      expiresAt: Date.now() + hours * 3600 * 1000,
      scopes: ["user:inference", "user:profile"],
      subscriptionType: "max",
    },
  };
  const state = {
    hasCompletedOnboarding: true,
    lastOnboardingVersion: "2.1.330",
    theme: "dark",
    oauthAccount: { emailAddress: email, organizationName: "Acme" },
    projects: {},
  };
  return { canary, credential: JSON.stringify(credential), state: JSON.stringify(state, null, 2) };
}
