import { expect, test } from "vitest";
import { ENDPOINT_CAUSES } from "../../../../src/env/endpoint/endpoint-answer.ts";
import { failureCause } from "../../../../src/env/endpoint/failure-cause.ts";
import { systemError } from "../../../../src/errors.ts";

const ASKED = { by: "endpoint", stage: "answer" } as const;

test.each([
  ["ENOTFOUND", "dns"],
  ["EAI_AGAIN", "dns"],
  ["ECONNREFUSED", "refused"],
  ["EHOSTUNREACH", "refused"],
  ["ENETUNREACH", "refused"],
  ["ECONNRESET", "refused"],
  ["EPIPE", "refused"],
  ["ETIMEDOUT", "timeout"],
  ["CERT_HAS_EXPIRED", "tls"],
  ["CERT_NOT_YET_VALID", "tls"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "tls"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "tls"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls"],
  ["CERT_REVOKED", "tls"],
  ["INVALID_CA", "tls"],
  ["EPROTO", "tls"],
  ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "tls"],
])("%s is %s", (code, outcome) => {
  expect(ENDPOINT_CAUSES[failureCause(systemError(code, "failed"), ASKED, false)]).toBe(outcome);
});

test("HTTP where TLS was spoken is known in the words of Node 18 and of later ones", () => {
  const old = systemError("EPROTO", "routines:ssl3_get_record:wrong version number");
  const later = systemError("ERR_SSL_WRONG_VERSION_NUMBER", "wrong version number");

  for (const error of [old, later]) expect(failureCause(error, ASKED, false)).toBe("http-where-https");
});

test.each([
  ["lookup", "lookup-timeout"],
  ["connect", "connect-timeout"],
  ["answer", "answer-timeout"],
] as const)("what is given up at the stage of %s is a time-out, whatever was thrown", (stage, cause) => {
  const error = systemError("ECONNRESET", "closed");

  expect(failureCause(error, { by: "endpoint", stage }, true)).toBe(cause);
  expect(ENDPOINT_CAUSES[cause]).toBe("timeout");
});

test.each([undefined, "no error", new Error("without a code")])("%o is a broken connection", (error) => {
  expect(failureCause(error, ASKED, false)).toBe("connection-broken");
});
