import type { RequestListener } from "node:http";
import { afterAll, expect, test } from "vitest";
import { describeAnswer } from "../../../../src/env/endpoint/describe-answer.ts";
import type { EndpointAnswer } from "../../../../src/env/endpoint/endpoint-answer.ts";
import { probeEndpoint } from "../../../../src/env/endpoint/probe-endpoint.ts";
import { findLeak } from "../../../support/leak.ts";
import { deadPort, makeCertificates, serve, serveProxy, serveRaw } from "../../../support/web-servers.ts";

const certificates = makeCertificates();
afterAll(certificates.remove);

const PASSWORD = "canary/Qz7:w3@Lm9+pass";

async function probe(
  baseUrl: string,
  env: Readonly<Record<string, string>>,
  timeoutMs = 5000,
): Promise<EndpointAnswer> {
  const known = { kind: "auth-token", token: "sk-1234567890", headers: [] } as const;
  const trusting = { NODE_EXTRA_CA_CERTS: certificates.authority, ...env };
  const answer = await probeEndpoint({
    ...{ ...known, baseUrl, timeoutMs },
    env: new Map(Object.entries(trusting)),
  });
  const said = JSON.stringify([answer, describeAnswer(answer)]);
  expect(findLeak(said, PASSWORD), said).toBeNull();
  return answer;
}

const listModels: RequestListener = ({ url }, response) => {
  if (url === "/v1/models") response.end('{"data":[{}]}');
  else response.writeHead(404).end();
};

test("an https endpoint is reached through CONNECT, with the proxy's user and password", async () => {
  const port = await serve(listModels, certificates.valid);
  const proxy = await serveProxy();
  const HTTPS_PROXY = `http://me:${encodeURIComponent(PASSWORD)}@127.0.0.1:${proxy.port}`;

  const answer = await probe(`https://localhost:${port}`, { HTTPS_PROXY });

  expect(answer).toMatchObject({
    outcome: "ok",
    proxy: { host: `127.0.0.1:${proxy.port}`, variable: "HTTPS_PROXY" },
  });
  expect(describeAnswer(answer).message).toContain(`through the proxy 127.0.0.1:${proxy.port}`);
  const authorization = `Basic ${Buffer.from(`me:${PASSWORD}`).toString("base64")}`;
  expect(proxy.seen).toContainEqual({ line: `CONNECT localhost:${port}`, authorization });
});

test("an http endpoint is reached with the whole URL in the request line", async () => {
  const port = await serve(listModels);
  const proxy = await serveProxy();

  expect(
    await probe(`http://llm.test:${port}`, { HTTP_PROXY: `http://me:p@127.0.0.1:${proxy.port}` }),
  ).toMatchObject({ outcome: "ok" });

  expect(proxy.seen).toContainEqual({
    line: `GET http://llm.test:${port}/v1/models`,
    authorization: `Basic ${Buffer.from("me:p").toString("base64")}`,
  });
});

test("an endpoint behind a proxy that is reached by TLS is reached", async () => {
  const port = await serve(listModels, certificates.valid);
  const proxy = await serveProxy(undefined, certificates.valid);

  expect(
    await probe(`https://localhost:${port}`, { https_proxy: `https://localhost:${proxy.port}` }),
  ).toMatchObject({ outcome: "ok" });
});

test("what NO_PROXY names is asked directly", async () => {
  const port = await serve(listModels);
  const proxy = await serveProxy();

  expect(
    await probe(`http://127.0.0.1:${port}`, {
      HTTP_PROXY: `http://127.0.0.1:${proxy.port}`,
      NO_PROXY: "127.0.0.0/8",
    }),
  ).toMatchObject({ outcome: "ok", proxy: null });

  expect(proxy.seen).toEqual([]);
});

test.each([
  ["https", 407, "user and a password"],
  ["https", 403, "NO_PROXY"],
  ["https", 502, "NO_PROXY"],
  ["http", 407, "user and a password"],
])(
  "a proxy that answers a request for %s with %i is told from the endpoint",
  async (scheme, status, hint) => {
    const proxy = await serveProxy(status);

    const answer = await probe(`${scheme}://llm.test`, { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` });

    expect(answer).toMatchObject({ outcome: "refused", cause: "proxy-refuses", by: "proxy", status });
    expect(describeAnswer(answer).message).toContain(`the proxy 127.0.0.1:${proxy.port}`);
    expect(describeAnswer(answer).hint).toContain(hint);
  },
);

test("a status of an http endpoint is its own, the proxy is named with it", async () => {
  const port = await serve((_request, response) => response.writeHead(403).end());
  const proxy = await serveProxy();

  const answer = await probe(`http://llm.test:${port}`, { http_proxy: `http://127.0.0.1:${proxy.port}` });

  expect(answer).toMatchObject({ outcome: "unauthorized", by: "endpoint", status: 403 });
  expect(describeAnswer(answer).message).toContain(`through the proxy 127.0.0.1:${proxy.port}`);
});

test("a proxy that is not there is named, not the endpoint", async () => {
  const port = await deadPort();

  const answer = await probe("https://llm.test", { ALL_PROXY: `http://127.0.0.1:${port}` });

  expect(answer).toMatchObject({ outcome: "refused", cause: "connection-refused", by: "proxy" });
  expect(describeAnswer(answer).message).toContain(`the proxy 127.0.0.1:${port}`);
  expect(describeAnswer(answer).hint).toContain("ALL_PROXY");
});

test("a proxy whose name does not exist is dns, and named", async () => {
  const answer = await probe("https://llm.test", { HTTPS_PROXY: "http://no-such-proxy.invalid:3128" });

  expect(answer).toMatchObject({ outcome: "dns", by: "proxy" });
  expect(describeAnswer(answer).message).toContain("no-such-proxy.invalid");
});

test.each(["https://localhost", "http://localhost"])(
  "a proxy that leads nowhere in time is a time-out, and no connection to it is left (%s)",
  async (baseUrl) => {
    let open = 0;
    const port = await serveRaw((socket) => {
      open += 1;
      socket.on("close", () => (open -= 1)).resume();
    });

    const answer = await probe(baseUrl, { HTTPS_PROXY: `http://127.0.0.1:${port}` }, 300);

    expect(answer).toMatchObject({ outcome: "timeout", cause: "answer-timeout" });
    expect(describeAnswer(answer).message).toContain(`the proxy 127.0.0.1:${port}`);
    await expect.poll(() => open).toBe(0);
  },
);

test.each([
  ["hangs up", ""],
  ["speaks no HTTP", "SSH-2.0-OpenSSH_9.2\r\n"],
])("a proxy that %s is named", async (_name, text) => {
  const port = await serveRaw((socket) => {
    socket.once("data", () => socket.end(text));
  });

  const answer = await probe("https://llm.test", { HTTPS_PROXY: `http://127.0.0.1:${port}` });

  expect(answer).toMatchObject({ outcome: "refused", cause: "connection-broken", by: "proxy" });
  expect(describeAnswer(answer).message).toContain(`the proxy 127.0.0.1:${port}`);
});

test("the certificate of the endpoint is checked behind a proxy too", async () => {
  const port = await serve(listModels, certificates.expired);
  const proxy = await serveProxy();

  expect(
    await probe(`https://localhost:${port}`, { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }),
  ).toMatchObject({ outcome: "tls", cause: "certificate-expired", by: "endpoint" });
});

test.each(["garbage", "socks5://127.0.0.1:1080", '""'])(
  "HTTPS_PROXY=%s, which the client cannot use, is said and nothing is asked",
  async (HTTPS_PROXY) => {
    const answer = await probe("https://llm.test", { HTTPS_PROXY });

    expect(answer).toMatchObject({ outcome: "refused", cause: "proxy-unusable", by: "proxy" });
    expect(describeAnswer(answer).message).toContain("HTTPS_PROXY does not hold");
  },
);

test("a proxy that cannot be used is not repeated, with what it holds of a password", async () => {
  await probe("https://llm.test", { HTTPS_PROXY: `socks5://me:${encodeURIComponent(PASSWORD)}@127.0.0.1` });
});
