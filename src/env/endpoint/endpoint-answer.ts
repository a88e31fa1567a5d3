import type { TokenKind } from "../env-names.ts";

/** What is asked where no base URL is set. */
export const ANTHROPIC_URL = "https://api.anthropic.com";

/** What `env test` says in one word. */
export type EndpointOutcome =
  "ok" | "dns" | "refused" | "tls" | "unauthorized" | "not-found" | "server-error" | "timeout";

/** What may become of asking an endpoint for its models, and the word for it. */
export const ENDPOINT_CAUSES = {
  "models-listed": "ok",
  "name-unknown": "dns",
  "connection-refused": "refused",
  "host-unreachable": "refused",
  "connection-broken": "refused",
  "proxy-unusable": "refused",
  "proxy-refuses": "refused",
  "certificate-untrusted": "tls",
  "certificate-expired": "tls",
  "certificate-early": "tls",
  "certificate-of-another": "tls",
  "http-where-https": "tls",
  "https-where-http": "tls",
  "tls-failed": "tls",
  "token-refused": "unauthorized",
  "token-unknown": "unauthorized",
  "path-unknown": "not-found",
  redirected: "not-found",
  "no-model-list": "not-found",
  "too-busy": "server-error",
  "server-failed": "server-error",
  "status-unexpected": "server-error",
  "lookup-timeout": "timeout",
  "connect-timeout": "timeout",
  "answer-timeout": "timeout",
} as const satisfies Readonly<Record<string, EndpointOutcome>>;

export type EndpointCause = keyof typeof ENDPOINT_CAUSES;

/** What came of a probe. Nothing in it is secret: no header, no body, no user or password of a URL. */
export interface EndpointAnswer {
  readonly outcome: EndpointOutcome;
  readonly cause: EndpointCause;
  readonly kind: TokenKind;
  /** What was asked, without user, query and fragment: `https://llm.example/v1/models`. */
  readonly url: string;
  /**
   * The proxy that was asked through (`host:port`), and the variable that names it; null for none. The host is null
   * where the variable is of no use.
   */
  readonly proxy: { readonly host: string | null; readonly variable: string } | null;
  /** Who failed, or answered: the proxy itself, or the endpoint (as far as can be told from behind a proxy). */
  readonly by: "proxy" | "endpoint";
  readonly status: number | null;
  /** The system's or TLS's own word: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
  readonly code: string | null;
  /** The origin that a redirect leads to, which may be the endpoint's own. */
  readonly redirect: string | null;
  /** LiteLLM's page of life answered. */
  readonly isLiteLlm: boolean;
  /** How many models the token may use; null where there was no list, or one too long to read. */
  readonly models: number | null;
  /** A file that an environment variable names for TLS and that could not be read. */
  readonly unreadable: { readonly variable: string; readonly path: string } | null;
  readonly timeoutMs: number;
}
