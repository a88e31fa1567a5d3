import type { ApiKeyHelper, SettingsSource } from "../../../src/env/mode-in-force.ts";

const ORDER = ["managed", "project-local", "project", "user", "environment"] as const;

/** By source: variables, and with the name `apiKeyHelper` what is said of a helper. */
export type Told = Partial<Record<SettingsSource["source"], Readonly<Record<string, string>>>>;

/** All sources in the client's order, each at a path of its name. */
export function sources(told: Told): SettingsSource[] {
  return ORDER.map((source) => {
    const { apiKeyHelper, ...env } = told[source] ?? {};
    return {
      source,
      path: source === "environment" ? null : `/${source}`,
      env: new Map(Object.entries(env)),
      apiKeyHelper: (apiKeyHelper ?? "absent") as ApiKeyHelper,
    };
  });
}
