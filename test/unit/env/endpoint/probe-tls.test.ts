import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { describeAnswer } from "../../../../src/env/endpoint/describe-answer.ts";
import type { EndpointAnswer } from "../../../../src/env/endpoint/endpoint-answer.ts";
import { probeEndpoint } from "../../../../src/env/endpoint/probe-endpoint.ts";
import { temporaryDirectory } from "../../../support/tree.ts";
import { makeCertificates, serve, serveRaw } from "../../../support/web-servers.ts";

const certificates = makeCertificates();
afterAll(certificates.remove);

const TRUSTING = { NODE_EXTRA_CA_CERTS: certificates.authority };

function probe(baseUrl: string, env: Readonly<Record<string, string>>): Promise<EndpointAnswer> {
  const known = { kind: "auth-token", token: "sk-1234567890", headers: [], timeoutMs: 5000 } as const;
  return probeEndpoint({ ...known, baseUrl, env: new Map(Object.entries(env)) });
}

function listModels(_request: unknown, response: { end: (body: string) => void }): void {
  response.end('{"data":[]}');
}

test("an authority that NODE_EXTRA_CA_CERTS of the given environment names is trusted", async () => {
  const port = await serve(listModels, certificates.valid);

  expect(await probe(`https://localhost:${port}`, TRUSTING)).toMatchObject({ outcome: "ok", models: 0 });
});

test("an authority of the system's that SSL_CERT_FILE names is trusted, but not with the bundled ones alone", async () => {
  const port = await serve(listModels, certificates.valid);
  const env = { SSL_CERT_FILE: certificates.authority };

  expect(await probe(`https://localhost:${port}`, env)).toMatchObject({ outcome: "ok" });
  expect(
    await probe(`https://localhost:${port}`, { ...env, CLAUDE_CODE_CERT_STORE: "bundled" }),
  ).toMatchObject({ outcome: "tls" });
});

test("with NODE_TLS_REJECT_UNAUTHORIZED=0 every certificate is taken, as the client does", async () => {
  const port = await serve(listModels, certificates.expired);

  expect(await probe(`https://localhost:${port}`, { NODE_TLS_REJECT_UNAUTHORIZED: "0" })).toMatchObject({
    outcome: "ok",
  });
});

test.each([
  ["of an unknown authority", certificates.valid, {}, "certificate-untrusted"],
  ["that is signed by itself", certificates.selfSigned, TRUSTING, "certificate-untrusted"],
  ["that has expired", certificates.expired, TRUSTING, "certificate-expired"],
  ["of another host", certificates.ofAnother, TRUSTING, "certificate-of-another"],
] as const)("a certificate %s is told", async (_name, tls, env, cause) => {
  const port = await serve(listModels, tls);

  const answer = await probe(`https://localhost:${port}`, env);

  expect(answer).toMatchObject({ outcome: "tls", cause, code: /^[A-Z_]+$/ });
  expect(describeAnswer(answer).message).toContain(`https://localhost:${port}`);
});

test("a certificate that was asked for by address is told to be of another host", async () => {
  const port = await serve(listModels, certificates.valid);

  expect(await probe(`https://127.0.0.1:${port}`, TRUSTING)).toMatchObject({
    cause: "certificate-of-another",
  });
});

test("a file of authorities that is not there is named where trust is missing", async () => {
  const port = await serve(listModels, certificates.valid);

  const answer = await probe(`https://localhost:${port}`, { NODE_EXTRA_CA_CERTS: "/no/such/authority.pem" });

  expect(answer).toMatchObject({ outcome: "tls", unreadable: { variable: "NODE_EXTRA_CA_CERTS" } });
  expect(describeAnswer(answer).hint).toContain("/no/such/authority.pem cannot be read");
});

test("a file of authorities that holds something else is passed over", async () => {
  const path = join(temporaryDirectory(), "authority.pem");
  writeFileSync(path, "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n");
  const port = await serve(listModels, certificates.valid);

  expect(await probe(`https://localhost:${port}`, { NODE_EXTRA_CA_CERTS: path })).toMatchObject({
    cause: "certificate-untrusted",
  });
});

test("plain HTTP where https was asked for is told", async () => {
  const port = await serve(listModels);

  expect(await probe(`https://localhost:${port}`, {})).toMatchObject({
    ...{ outcome: "tls", cause: "http-where-https" },
  });
});

test.each([
  ["an alert", Buffer.from([0x15, 3, 1, 0, 2, 2, 70])],
  ["nginx's page", "HTTP/1.1 400 Bad Request\r\n\r\n<h1>The plain HTTP request was sent to HTTPS port</h1>"],
  ["Go's sentence", "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"],
])("TLS where http was asked for is told by %s", async (_name, text) => {
  const port = await serveRaw((socket) => {
    socket.once("data", () => socket.end(text));
  });

  expect(await probe(`http://127.0.0.1:${port}`, {})).toMatchObject({
    ...{ outcome: "tls", cause: "https-where-http" },
  });
});

test("a server that wants a certificate of the client's is told, and content with it", async () => {
  const tls = {
    ...certificates.valid,
    ...{ ca: readFileSync(certificates.authority), requestCert: true, rejectUnauthorized: true },
  };
  const port = await serve(listModels, tls);
  const { cert, key } = certificates.client;

  expect(await probe(`https://localhost:${port}`, TRUSTING)).toMatchObject({ cause: "tls-failed" });
  expect(
    await probe(`https://localhost:${port}`, {
      ...TRUSTING,
      ...{ CLAUDE_CODE_CLIENT_CERT: cert, CLAUDE_CODE_CLIENT_KEY: key },
    }),
  ).toMatchObject({ outcome: "ok" });
});

test("a server that never finishes its handshake is a time-out", async () => {
  const port = await serveRaw(() => undefined);
  const request = { kind: "api-key", token: "sk-1234567890", headers: [], env: new Map() } as const;

  expect(
    await probeEndpoint({ ...request, baseUrl: `https://127.0.0.1:${port}`, timeoutMs: 300 }),
  ).toMatchObject({ outcome: "timeout", cause: "answer-timeout" });
});
