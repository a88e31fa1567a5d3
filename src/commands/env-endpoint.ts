import { draftOf, type CheckedDraft } from "../env/draft.ts";
import type { EndpointAnswer } from "../env/endpoint/probe-endpoint.ts";
import { proxyFor } from "../env/endpoint/proxy-for.ts";
import { checkBaseUrl } from "../env/check-base-url.ts";
import type { EnvFile } from "../env/env-file.ts";
import type { SettingsSource } from "../env/mode-in-force.ts";
import { UserError } from "../errors.ts";
import type { Environment } from "../options.ts";

const TIMEOUT_MS = 15_000;

/**
 * The environment as a client finds it that is started with these variables: settings beat them, and they beat what is
 * there already (facts C12).
 */
export function effectiveEnvironment(
  sources: readonly SettingsSource[],
  file: EnvFile,
  env: Environment,
): ReadonlyMap<string, string> {
  const settings = sources.filter(({ source }) => source !== "environment").map((source) => source.env);
  const process = Object.entries(env).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  // The first source counts most, so it is laid on last. What is just being set replaces what the user's settings say.
  const layers = settings.reverse().flatMap((layer) => [...layer]);
  return new Map([...process, ...layers, ...file.variables]);
}

/** Reaches the endpoint with the token that a file holds. @throws UserError where it holds none. */
export async function askEndpoint(file: EnvFile, env: ReadonlyMap<string, string>): Promise<EndpointAnswer> {
  const { baseUrl, kind, token, headers } = draftOf(file);
  if (kind === null || token === null)
    throw new UserError("env test: no token is set", "set one: claude-credentials env set");
  const { probeEndpoint } = await import("../env/endpoint/probe-endpoint.ts");
  return await probeEndpoint({ baseUrl, kind, token, headers, env, timeoutMs: TIMEOUT_MS });
}

interface NoProxyAdvice {
  readonly host: string;
  readonly value: string;
  readonly why: string;
  readonly hint: string;
}

/** What to do where a private endpoint would be looked for by way of a proxy; null where that is not so. */
export function noProxyAdvice(
  { draft }: CheckedDraft,
  env: ReadonlyMap<string, string>,
): NoProxyAdvice | null {
  const url = draft.baseUrl === null ? null : checkBaseUrl(draft.baseUrl, true);
  if (url?.ok !== true || !url.isPrivate || draft.baseUrl === null) return null;
  const proxy = proxyFor(draft.baseUrl, env);
  if (proxy === null) return null;
  const host = new URL(draft.baseUrl).hostname.replace(/^\[|\]$/g, "");
  const present = [env.get("no_proxy"), env.get("NO_PROXY")].filter(
    (list) => list !== undefined && list !== "",
  );
  const value = [...new Set(present.join(",").split(/[,\s]+/)), host]
    .filter((entry) => entry !== "")
    .join(",");
  return {
    host,
    value,
    why: `Claude Code would look for ${host} by way of the proxy that this environment names, and hang`,
    hint: `reach it directly: --set NO_PROXY=${value}`,
  };
}
