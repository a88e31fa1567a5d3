import { HOUR, NOW } from "./machine.ts";

/** The text of a made-up `.credentials.json`, as Claude Code writes it (facts C11). */
export function login(name: string, hours = 8, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    claudeAiOauth: {
      accessToken: `access-${name}`,
      refreshToken: `refresh-${name}`,
      expiresAt: NOW + hours * HOUR,
      scopes: ["user:inference", "user:profile"],
      subscriptionType: "max",
      ...more,
    },
  });
}

/** What the client writes when the server refused the refresh token (facts C21). */
export const BLANK = JSON.stringify({
  claudeAiOauth: { accessToken: "", refreshToken: "", expiresAt: 0, scopes: ["user:inference"] },
});

/** The text of a made-up `.claude.json`. */
export function state(email: string, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    hasCompletedOnboarding: true,
    lastOnboardingVersion: "2.1.330",
    theme: "dark",
    oauthAccount: { emailAddress: email, organizationName: "Acme" },
    projects: { "/work": { hasTrustDialogAccepted: true } },
    ...more,
  });
}
