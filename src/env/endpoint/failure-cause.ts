import { errnoCode } from "../../errors.ts";
import type { EndpointCause } from "./endpoint-answer.ts";

/** Who was being dealt with when a request failed, and how far that had come. */
export interface Progress {
  by: "proxy" | "endpoint";
  stage: "lookup" | "connect" | "answer";
}

const CAUSES: Readonly<Record<string, EndpointCause>> = {
  ENOTFOUND: "name-unknown",
  EAI_AGAIN: "name-unknown",
  ECONNREFUSED: "connection-refused",
  EHOSTUNREACH: "host-unreachable",
  ENETUNREACH: "host-unreachable",
  EADDRNOTAVAIL: "host-unreachable",
  EACCES: "host-unreachable",
  EPERM: "host-unreachable",
  ETIMEDOUT: "connect-timeout",
  CERT_HAS_EXPIRED: "certificate-expired",
  CERT_NOT_YET_VALID: "certificate-early",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificate-of-another",
  DEPTH_ZERO_SELF_SIGNED_CERT: "certificate-untrusted",
  SELF_SIGNED_CERT_IN_CHAIN: "certificate-untrusted",
  UNABLE_TO_GET_ISSUER_CERT: "certificate-untrusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "certificate-untrusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "certificate-untrusted",
  CERT_UNTRUSTED: "certificate-untrusted",
  ERR_SSL_WRONG_VERSION_NUMBER: "http-where-https",
};

const TIMEOUTS = {
  lookup: "lookup-timeout",
  connect: "connect-timeout",
  answer: "answer-timeout",
} as const satisfies Readonly<Record<Progress["stage"], EndpointCause>>;

/** Of OpenSSL and of Node about TLS, without a system's error among them. */
const TLS_CODE =
  /^(?:EPROTO$|ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_|CRL_|UNABLE_TO_|ERROR_IN_|INVALID_CA$|HOSTNAME_)/;
/** The first byte of what TLS says to one who does not speak it. */
const TLS_ALERT = 0x15;

/**
 * Why a request failed.
 * @param error what Node's `net`, `tls` or `http` threw
 * @param isGivenUp the time was over
 */
export function failureCause(
  error: unknown,
  { by, stage }: Readonly<Progress>,
  isGivenUp: boolean,
): EndpointCause {
  if (isGivenUp) return TIMEOUTS[stage];
  const code = errnoCode(error) ?? "";
  // Node 18 has the number alone, and the word in the text.
  if (code === "EPROTO" && /wrong version number/i.test(String(error))) return "http-where-https";
  const known = CAUSES[code];
  if (known !== undefined) return known;
  if (code.startsWith("HPE_")) {
    if (beginsAsTls(error)) return "https-where-http";
    return by === "proxy" ? "connection-broken" : "no-model-list";
  }
  if (TLS_CODE.test(code)) return "tls-failed";
  return "connection-broken";
}

function beginsAsTls(error: unknown): boolean {
  return (
    error instanceof Error &&
    "rawPacket" in error &&
    Buffer.isBuffer(error.rawPacket) &&
    error.rawPacket[0] === TLS_ALERT
  );
}
