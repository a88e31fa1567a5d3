import { randomUUID } from "node:crypto";
import { SCOPES, type TokenPair } from "./fake-tokens.ts";

/** Who is logged in: made up, told apart from every other login by its ids. */
export interface Account {
  readonly uuid: string;
  readonly email: string;
  readonly organizationUuid: string;
  readonly organizationName: string;
}

export function makeAccount(): Account {
  const uuid = randomUUID();
  return {
    uuid,
    email: `developer-${uuid.slice(0, 8)}@example.com`,
    organizationUuid: randomUUID(),
    organizationName: "Example Organization",
  };
}

/** The text of `.credentials.json`, as the client writes it after a login. */
export function renderCredentials(pair: TokenPair): string {
  return JSON.stringify({ claudeAiOauth: { ...pair, scopes: SCOPES, subscriptionType: "max" } });
}

/** The login facts of `.claude.json`: an account, and the first-start screens answered. */
export function renderLoginState(account: Account): string {
  const state = {
    hasCompletedOnboarding: true,
    lastOnboardingVersion: "2.1.330",
    theme: "light",
    oauthAccount: {
      accountUuid: account.uuid,
      emailAddress: account.email,
      organizationUuid: account.organizationUuid,
      organizationName: account.organizationName,
      displayName: "Developer",
      organizationRole: "admin",
    },
  };
  return JSON.stringify(state, null, 2);
}

/** The answer of `/api/oauth/profile`. */
export function renderProfile(account: Account): unknown {
  return {
    account: {
      uuid: account.uuid,
      email: account.email,
      full_name: "Developer",
      display_name: "Developer",
      has_claude_max: true,
      has_claude_pro: false,
    },
    organization: {
      uuid: account.organizationUuid,
      name: account.organizationName,
      organization_type: "claude_max",
      rate_limit_tier: "default_claude_max_5x",
      has_extra_usage_enabled: false,
      billing_type: "stripe_subscription",
    },
  };
}
