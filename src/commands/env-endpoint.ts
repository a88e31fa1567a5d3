import { draftOf, type CheckedDraft } from "../env/draft.ts";
import { probeEndpoint, type EndpointAnswer } from "../env/endpoint/probe-endpoint.ts";
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
  return await probeEndpoint({ baseUrl, kind, token, headers, env, timeoutMs: TIMEOUT_MS });
}

/** What to do where a private endpoint would be looked for by way of a proxy. */
export interface NoProxyAdvice {
  readonly host: string;
  /** Variables that lead past it, to be set beside the others. */
  readonly variables: ReadonlyMap<string, string>;
  readonly why: string;
  readonly hint: string;
}

/** @returns null where the endpoint is reached directly, is no private one, or the proxy itself cannot be used */
export function noProxyAdvice(
  { draft }: CheckedDraft,
  env: ReadonlyMap<string, string>,
): NoProxyAdvice | null {
  const url = draft.baseUrl === null ? null : checkBaseUrl(draft.baseUrl, true);
  if (url?.ok !== true || !url.isPrivate) return null;
  const proxy = proxyFor(url.url, env);
  if (proxy?.url == null) return null;
  const host = new URL(url.url).hostname.replace(/^\[|\]$/g, "");
  const lists = ["no_proxy", "NO_PROXY"].filter((name) => (env.get(name) ?? "") !== "");
  // Of two lists the client's runtime reads the small one alone.
  const names = lists.length === 0 ? ["NO_PROXY"] : lists;
  const variables = new Map(
    names.map((name) => [name, [...(env.get(name) ?? "").split(/[,\s]+/), host].filter(Boolean).join(",")]),
  );
  return {
    host,
    variables,
    why: `Claude Code would look for ${host} by way of the proxy that ${proxy.variable} names, and may hang`,
    hint: `to reach it directly: ${[...variables].map(([name, value]) => `--set ${name}=${value}`).join(" ")}`,
  };
}
