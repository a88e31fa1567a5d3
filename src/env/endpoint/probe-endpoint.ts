import { UserError } from "../../errors.ts";
import type { TokenKind } from "../env-names.ts";
import { ask, type Way } from "./ask.ts";
import { ANTHROPIC_URL, ENDPOINT_CAUSES, type EndpointAnswer } from "./endpoint-answer.ts";
import { isSignOfLife, judgeReply } from "./judge-reply.ts";
import { portOf } from "./authority.ts";
import { proxyFor, type ClientEnvironment, type ClientProxy } from "./proxy-for.ts";
import { requestHeaders } from "./request-headers.ts";
import { readTlsSettings } from "./tls-settings.ts";

export type { EndpointAnswer } from "./endpoint-answer.ts";

export interface EndpointRequest {
  /** As `ANTHROPIC_BASE_URL` has it; null for Anthropic's own. */
  readonly baseUrl: string | null;
  readonly kind: TokenKind;
  readonly token: string;
  /** Sent along, as those of `ANTHROPIC_CUSTOM_HEADERS` are. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The environment as the client would have it, its settings included. */
  readonly env: ClientEnvironment;
  /** For all of it. */
  readonly timeoutMs: number;
}

/** How long an answer that only adds something is waited for. */
const GRACE_MS = 1000;

/**
 * Asks an endpoint for its models with the token, by the way and with the trust that the client has; and whether it is
 * LiteLLM. Whatever the network does is an answer.
 * @throws UserError for a URL that is not http or https, and for a token or a header that cannot be sent
 */
export async function probeEndpoint(request: EndpointRequest): Promise<EndpointAnswer> {
  const { baseUrl, kind, env, timeoutMs } = request;
  const base = parseBase(baseUrl ?? ANTHROPIC_URL);
  const headers = requestHeaders(request);
  const proxy = proxyFor(base.href, env);
  const { options: tls, unreadable } = readTlsSettings(env);
  const url = below(base, "/v1/models");
  const known = { kind, url: url.origin + url.pathname, proxy: shown(proxy), unreadable, timeoutMs };
  const nothing = { status: null, code: null, redirect: null, models: null, isLiteLlm: false };
  if (proxy?.url === null) {
    const cause = "proxy-unusable";
    return { ...known, ...nothing, cause, outcome: ENDPOINT_CAUSES[cause], by: "proxy" };
  }

  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort();
  }, timeoutMs);
  const way: Way = { proxy: proxy?.url ?? null, tls, signal: controller.signal };
  const life =
    baseUrl === null ? false : hasSignOfLife(below(base, "/health/liveliness"), headers.custom, way);
  try {
    const reply = await ask(url, headers.all, way);
    const isLiteLlm = await Promise.race([life, grace(controller.signal)]);
    const found =
      reply.kind === "reply"
        ? { status: reply.status, code: null, ...judgeReply(reply, url, way.proxy !== null) }
        : { ...nothing, cause: reply.cause, by: reply.by, status: reply.status, code: reply.code };
    return { ...known, ...found, outcome: ENDPOINT_CAUSES[found.cause], isLiteLlm };
  } finally {
    clearTimeout(timer);
    // Whatever is still open, a connection to a proxy that never answers among it, would keep the process alive.
    controller.abort();
  }
}

async function hasSignOfLife(
  url: URL,
  headers: Readonly<Record<string, string>>,
  way: Way,
): Promise<boolean> {
  const reply = await ask(url, headers, way);
  return reply.kind === "reply" && isSignOfLife(reply);
}

function grace(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, GRACE_MS, false as const);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}

/** The base and the path one after the other, as the client joins them. */
function below(base: URL, path: string): URL {
  return new URL(base.href.replace(/\/$/, "") + path);
}

function parseBase(text: string): URL {
  try {
    const url = new URL(text);
    if (url.protocol === "http:" || url.protocol === "https:") return url;
  } catch {
    // Said below.
  }
  throw new UserError(
    "the base URL is not an http:// or https:// URL",
    "correct it: claude-credentials env set",
  );
}

function shown(proxy: ClientProxy | null): EndpointAnswer["proxy"] {
  if (proxy === null) return null;
  const { variable, url } = proxy;
  return { variable, host: url === null ? null : `${url.hostname}:${portOf(url)}` };
}
