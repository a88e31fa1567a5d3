import { ANTHROPIC_URL, type EndpointAnswer, type EndpointCause } from "./endpoint-answer.ts";

/** What the sentences speak of. */
export interface TextNames {
  /** The server that failed or answered: `LiteLLM at https://llm.example`, `the proxy proxy.example:3128`. */
  readonly who: string;
  /** The host of `who`. */
  readonly host: string;
  /** ` through the proxy proxy.example:3128`, or nothing. */
  readonly through: string;
  /** The variable that names the proxy, or nothing. */
  readonly variable: string;
  /** Of the endpoint. */
  readonly origin: string;
  readonly token: string;
  /** ` (ECONNREFUSED)`, or nothing. */
  readonly code: string;
  /** ` (HTTP 502)`, or nothing. */
  readonly status: string;
  readonly seconds: string;
}

export type AnswerSentences = (names: TextNames, answer: EndpointAnswer) => readonly [string, string];

const THEN_SET = "then: claude-credentials env set";

type OfProxyAlone = "proxy-unusable" | "proxy-refuses";

/** What is said of an endpoint; of a proxy too where that has no sentences of its own. */
export const ENDPOINT_TEXTS: Readonly<Record<Exclude<EndpointCause, OfProxyAlone>, AnswerSentences>> = {
  "models-listed": ({ who, through, token }, { models }) => [
    `${who} answers${through} and takes the ${token}${models === null ? "" : `; models: ${models}`}`,
    models === 0 ? `ask who runs it which models the ${token} may use` : "start Claude Code: claude",
  ],
  "name-unknown": ({ host, code, origin }) => [
    `the name ${host} is not known here${code}`,
    origin === ANTHROPIC_URL
      ? "check that this machine is online; if it gets out through a proxy alone, name that in HTTPS_PROXY"
      : `check the base URL for typing errors, and that this machine can ask the right name server (VPN), ${THEN_SET}`,
  ],
  "connection-refused": ({ who, host, through, code }) => [
    `nothing listens at ${who}${through}${code}`,
    isLoopback(host)
      ? `start the server; in a container ${host} is the container itself, not the machine around it (host.docker.internal)`
      : "check the port in the base URL, and that the server runs",
  ],
  "host-unreachable": ({ who, code }) => [
    `there is no way from here to ${who}${code}`,
    "check the network (VPN, firewall), or name the proxy in HTTPS_PROXY if there is one",
  ],
  "connection-broken": ({ who, through, code, origin }) => [
    `${who} broke the connection off${through}${code}`,
    origin.startsWith("http:")
      ? "try again; if it stays so, try https:// in the base URL, and look into the server's log"
      : "try again; if it stays so, look into the server's log, and for a firewall on the way",
  ],
  "certificate-untrusted": ({ who, code }) => [
    `the certificate of ${who} is signed by nobody who is trusted here${code}`,
    "save the certificate of the authority behind it (your company's, the server's own) as PEM and name the file in NODE_EXTRA_CA_CERTS",
  ],
  "certificate-expired": ({ who, code }) => [
    `the certificate of ${who} has expired${code}`,
    "ask who runs the server to renew it; if it is valid, set this machine's clock (date)",
  ],
  "certificate-early": ({ who, code }) => [
    `the certificate of ${who} is not valid yet${code}`,
    "set this machine's clock (date)",
  ],
  "certificate-of-another": ({ who, host, code }) => [
    `the certificate of ${who} is for another name than ${host}${code}`,
    `use the name that the certificate is for in the base URL, ${THEN_SET}`,
  ],
  "http-where-https": ({ who, code }) => [
    `${who} does not speak TLS${code}`,
    `check the port, or write http:// into the base URL if that is your own network, ${THEN_SET}`,
  ],
  "https-where-http": ({ who }) => [
    `${who} speaks TLS alone`,
    `write https:// instead of http:// into the base URL, ${THEN_SET}`,
  ],
  "tls-failed": ({ who, code }) => [
    `TLS with ${who} failed${code}`,
    "if it wants a certificate of yours, name that in CLAUDE_CODE_CLIENT_CERT and CLAUDE_CODE_CLIENT_KEY; else look into its log",
  ],
  "token-refused": ({ who, through, token, status }) => [
    `${who} refuses the ${token}${through}${status}`,
    `check that the ${token} is whole, not expired and of the right kind (--kind), or get a new one, ${THEN_SET}`,
  ],
  "token-unknown": ({ who, through, token }) => [
    `${who} does not know the ${token}${through}, and has no database to look it up in`,
    `use its master key, or a LiteLLM with a database, ${THEN_SET}`,
  ],
  "path-unknown": ({ who, through, status }, { url }) => [
    `${who} has no page ${new URL(url).pathname}${through}${status}`,
    url.endsWith("/v1/v1/models")
      ? `take the /v1 off the end of the base URL, since Claude Code adds it, ${THEN_SET}`
      : `check the path of the base URL, to which Claude Code adds /v1/messages, ${THEN_SET}`,
  ],
  redirected: ({ who, through, origin, status }, { redirect }) => [
    `${who} does not answer itself, but leads to ${destination(redirect, origin)}${through}${status}`,
    redirect === origin.replace(/^http:/, "https:") && redirect !== origin
      ? `write https:// instead of http:// into the base URL, ${THEN_SET}`
      : "check the base URL; if that is a page to sign in at, ask who runs it for the address for programs",
  ],
  "no-model-list": ({ who, through, status }) => [
    `what answers at ${who}${through} is not the API, but some other page${status}`,
    `check host, port and path of the base URL, and whether this network wants you to sign in first, ${THEN_SET}`,
  ],
  "too-busy": ({ who, through, status }) => [
    `${who} has had too many requests for now${through}${status}`,
    "wait a minute and try again; if it stays so, ask who runs it for your limit",
  ],
  "server-failed": ({ who, through, status, origin }) => [
    `${who} answers with an error of its own${through}${status}`,
    origin === ANTHROPIC_URL
      ? "wait and try again: https://status.claude.com tells of troubles"
      : through === ""
        ? "look into the server's log"
        : `look into the server's log, and the proxy's: if ${new URL(origin).hostname} is in your own network, add it to NO_PROXY`,
  ],
  "status-unexpected": ({ who, through, status }) => [
    `${who} does not answer the question for its models${through}${status}`,
    "look into the server's log for the reason",
  ],
  "lookup-timeout": ({ host, seconds }) => [
    `no name server told the address of ${host} within ${seconds}`,
    "check the network (VPN), and the name servers in /etc/resolv.conf",
  ],
  "connect-timeout": ({ who, seconds, code }) => [
    `${who} did not take the connection within ${seconds}${code}`,
    "check the network (VPN, firewall), or name the proxy in HTTPS_PROXY if there is one",
  ],
  "answer-timeout": ({ who, through, seconds }, { isLiteLlm }) => [
    `${who} took the connection${through}, but did not answer within ${seconds}`,
    isLiteLlm
      ? "it is alive: look into its log for what holds up the list of models"
      : "try again; if it stays so, look into the server's log",
  ],
};

function isLoopback(host: string): boolean {
  return /^(?:127\.|\[::1\]$|(?:.*\.)?localhost$)/.test(host);
}

function destination(redirect: string | null, origin: string): string {
  if (redirect === null) return "nowhere that could be named";
  return redirect === origin ? "another page of its own" : redirect;
}
