import type { EndpointCause } from "./endpoint-answer.ts";
import type { Reply } from "./ask.ts";

export interface Verdict {
  readonly cause: EndpointCause;
  readonly by: "proxy" | "endpoint";
  readonly redirect: string | null;
  readonly models: number | null;
}

/** Headers that a proxy puts on an answer of its own, and no endpoint does. */
const PROXY_HEADERS = ["proxy-authenticate", "x-squid-error"];
/** What servers say to one who speaks HTTP at their HTTPS port. */
const WANTS_HTTPS = /HTTPS (?:port|server)|SSL-enabled server/i;

/**
 * What an endpoint's answer to `GET /v1/models` means. Pure, and repeats nothing of what the server wrote.
 * @param isProxied it came by way of a proxy, which gives answers of its own to what is not encrypted
 */
export function judgeReply(reply: Reply, url: URL, isProxied: boolean): Verdict {
  const { status, headers, body } = reply;
  const verdict = (cause: EndpointCause, rest: Partial<Verdict> = {}): Verdict => ({
    ...{ cause, by: "endpoint", redirect: null, models: null },
    ...rest,
  });
  if (
    isProxied &&
    url.protocol === "http:" &&
    (status === 407 || PROXY_HEADERS.some((name) => headers[name] !== undefined))
  )
    return verdict("proxy-refuses", { by: "proxy" });
  if (status >= 200 && status < 300) {
    const list = readList(reply);
    return list === null ? verdict("no-model-list") : verdict("models-listed", { models: list.models });
  }
  if (status >= 300 && status < 400)
    return verdict("redirected", { redirect: originOf(headers.location, url) });
  if (status === 401 || status === 403) return verdict("token-refused");
  // LiteLLM without a database knows its master key alone, and says of every other that it cannot look it up.
  if (status === 400 && errorType(body) === "no_db_connection") return verdict("token-unknown");
  if (status === 400 && url.protocol === "http:" && WANTS_HTTPS.test(body))
    return verdict("https-where-http");
  if (status === 404 || status === 405 || status === 410) return verdict("path-unknown");
  if (status === 429) return verdict("too-busy");
  return verdict(status >= 500 ? "server-failed" : "status-unexpected");
}

/** LiteLLM's page of life, which asks for no token. */
export function isSignOfLife({ status, body }: Reply): boolean {
  return status === 200 && /^"I'm alive!"\s*$/.test(body);
}

/** The list of Anthropic, OpenAI and LiteLLM alike; null for anything else, a portal's page among it. */
function readList({ body, headers, isWhole }: Reply): { readonly models: number | null } | null {
  const type = headers["content-type"] ?? "";
  if (!isWhole) return /\bjson\b/.test(type) && /^\s*\{/.test(body) ? { models: null } : null;
  const value = parseJson(body);
  if (!isRecord(value) || !Array.isArray(value["data"])) return null;
  return { models: value["data"].length };
}

function errorType(body: string): unknown {
  const value = parseJson(body);
  return isRecord(value) && isRecord(value["error"]) ? value["error"]["type"] : undefined;
}

function originOf(location: string | undefined, base: URL): string | null {
  try {
    return new URL(location ?? "", base).origin;
  } catch {
    // No URL: it leads nowhere that could be named.
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, which is an answer too.
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
