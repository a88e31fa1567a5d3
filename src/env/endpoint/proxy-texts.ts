import type { EndpointCause } from "./endpoint-answer.ts";
import type { AnswerSentences } from "./endpoint-texts.ts";

/** What is said where the proxy failed, and the endpoint was never asked. */
export const PROXY_TEXTS = {
  "proxy-unusable": ({ variable }) => [
    `${variable} does not hold an http:// or https:// URL, and Claude Code does not work with what it holds`,
    `correct ${variable} (http://proxy.example:3128), or unset it`,
  ],
  "proxy-refuses": ({ who, origin, status, variable }, answer) => [
    `${who} does not let anybody through to ${origin}${status}`,
    answer.status === 407
      ? `it wants a user and a password: put them into ${variable} (http://user:password@host:port)`
      : `if ${new URL(origin).hostname} is in your own network, add it to NO_PROXY; else ask who runs the proxy`,
  ],
  "name-unknown": ({ host, code, variable }) => [
    `the name of the proxy, ${host}, is not known here${code}`,
    `correct ${variable}, or see that this machine can ask the right name server (VPN)`,
  ],
  "connection-refused": ({ who, code, variable }) => [
    `nothing listens where ${who} should be${code}`,
    `start the proxy, or correct ${variable}, or unset it`,
  ],
  "connection-broken": ({ who, origin, code, variable }) => [
    `${who} broke the connection off before there was a way to ${origin}${code}`,
    `check that ${variable} names an HTTP proxy, with the right port`,
  ],
  "certificate-of-another": ({ who, host, code, variable }) => [
    `the certificate of ${who} is for another name than ${host}${code}`,
    `use the name that the certificate is for in ${variable}`,
  ],
  "http-where-https": ({ who, code, variable }) => [
    `${who} does not speak TLS${code}`,
    `write http:// instead of https:// into ${variable}`,
  ],
  "https-where-http": ({ who, variable }) => [
    `${who} speaks TLS alone`,
    `write https:// instead of http:// into ${variable}`,
  ],
  "host-unreachable": ({ who, code, variable }) => [
    `there is no way from here to ${who}${code}`,
    `check the network (VPN, firewall), or correct ${variable}`,
  ],
  "connect-timeout": ({ who, seconds, code, variable }) => [
    `${who} did not take the connection within ${seconds}${code}`,
    `check that the proxy can be reached from here, or correct ${variable}`,
  ],
  "answer-timeout": ({ who, origin, seconds }) => [
    `${who} opened no way to ${origin} within ${seconds}`,
    `if ${new URL(origin).hostname} is in your own network, add it to NO_PROXY; else ask who runs the proxy`,
  ],
} as const satisfies Readonly<Partial<Record<EndpointCause, AnswerSentences>>>;
