import type { EndpointAnswer } from "./endpoint-answer.ts";
import { ENDPOINT_TEXTS, type TextNames } from "./endpoint-texts.ts";
import { PROXY_TEXTS } from "./proxy-texts.ts";

/** What became of a probe, where, and what to do: a sentence each, without a full stop. */
export interface AnswerText {
  readonly message: string;
  readonly hint: string;
}

const TOKENS = { "auth-token": "token", "api-key": "API key", "oauth-token": "OAuth token" } as const;

/** Puts an answer into words. Pure, and repeats nothing that a server wrote. */
export function describeAnswer(answer: EndpointAnswer): AnswerText {
  const { by, cause, unreadable, outcome } = answer;
  const names = namesOf(answer);
  const texts =
    by === "proxy" ? { ...ENDPOINT_TEXTS, ...PROXY_TEXTS } : { ...PROXY_TEXTS, ...ENDPOINT_TEXTS };
  const [message, hint] = texts[cause](names, answer);
  if (unreadable === null || outcome !== "tls") return { message, hint };
  return { message, hint: `correct ${unreadable.variable}: ${unreadable.path} cannot be read` };
}

function namesOf({ by, proxy, url, kind, isLiteLlm, code, status, timeoutMs }: EndpointAnswer): TextNames {
  const { origin, hostname } = new URL(url);
  const address = proxy?.host ?? "";
  const endpoint = isLiteLlm ? `LiteLLM at ${origin}` : origin;
  return {
    who: by === "proxy" ? `the proxy ${address}` : endpoint,
    host: by === "proxy" ? address.replace(/:\d+$/, "") : hostname,
    through: proxy === null || by === "proxy" ? "" : ` through the proxy ${address}`,
    variable: proxy?.variable ?? "",
    origin,
    token: TOKENS[kind],
    code: code === null ? "" : ` (${code})`,
    status: status === null ? "" : ` (HTTP ${status})`,
    seconds: `${timeoutMs / 1000} s`,
  };
}
