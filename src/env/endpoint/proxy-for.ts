import { portOf } from "./authority.ts";
import { clientExempts, runtimeExempts } from "./no-proxy.ts";

/** The environment as the client has it, its settings included. */
export type ClientEnvironment = ReadonlyMap<string, string>;

/** `url` is null where the client can do nothing with what `variable` says. */
export interface ClientProxy {
  readonly variable: string;
  readonly url: URL | null;
}

const CLIENT_ORDER = ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"];
const HOST_AND_PORT = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?:[1-9]\d{0,4}\/?$/i;

/**
 * The proxy that Claude Code 2.1.330 sends its requests to `baseUrl` through; null where it goes directly. Two choose:
 * its own code takes the first variable of four, whatever the scheme of `baseUrl`; where that exempts the host, or none
 * is set, Bun takes the scheme's own, then `ALL_PROXY`. What Bun's reading of `NO_PROXY` exempts goes directly in any
 * case. `test/e2e/endpoint-proxies.test.ts` holds all of this against the client.
 * @param baseUrl an http or https URL
 */
export function proxyFor(baseUrl: string, env: ClientEnvironment): ClientProxy | null {
  const url = new URL(baseUrl);
  const named = firstSet(env, CLIENT_ORDER);
  // The client looks at the value before it looks at `NO_PROXY`, and does not start with a bad one.
  if (named !== undefined && parseProxy(named, env) === null) return { variable: named, url: null };

  const to = { host: url.hostname, port: portOf(url) };
  const lists = ["no_proxy", "NO_PROXY"].flatMap((name) => env.get(name) ?? []).filter((list) => list !== "");
  const ofScheme = url.protocol === "http:" ? ["http_proxy", "HTTP_PROXY"] : ["https_proxy", "HTTPS_PROXY"];
  const variable =
    named === undefined || clientExempts(lists, to) ? (firstSet(env, ofScheme) ?? forAll(env)) : named;
  if (variable === undefined || runtimeExempts(lists[0] ?? "", to)) return null;
  const proxy = parseProxy(variable, env);
  return { variable, url: proxy !== null && isHttp(proxy.protocol) ? proxy : null };
}

/** `ALL_PROXY` is Bun's alone. It often names a proxy of a kind that Bun does not know, and then counts for nothing. */
function forAll(env: ClientEnvironment): string | undefined {
  const variable = firstSet(env, ["all_proxy", "ALL_PROXY"]);
  const value = (env.get(variable ?? "") ?? "").trim();
  const isForBun = value.includes("://") ? isHttp(value) : value !== '""' && value !== "''";
  return isForBun ? variable : undefined;
}

function firstSet(env: ClientEnvironment, names: readonly string[]): string | undefined {
  return names.find((name) => (env.get(name) ?? "") !== "");
}

function parseProxy(variable: string, env: ClientEnvironment): URL | null {
  const value = env.get(variable) ?? "";
  // `host:port` is enough for two of the variables.
  const isEnough = /^https_/i.test(variable) ? HOST_AND_PORT.test(value) : /^all_/i.test(variable);
  try {
    const url = new URL(isEnough && !value.includes("://") ? `http://${value}` : value);
    return url.host === "" ? null : url;
  } catch {
    // No URL: the caller names the variable.
    return null;
  }
}

function isHttp(text: string): boolean {
  return /^https?:/i.test(text);
}
