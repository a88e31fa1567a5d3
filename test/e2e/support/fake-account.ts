import { randomUUID } from "node:crypto";

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

/** The answer of `/api/oauth/claude_cli/roles`. */
export function renderRoles(account: Account): unknown {
  return { organization_role: "admin", workspace_role: null, organization_name: account.organizationName };
}
