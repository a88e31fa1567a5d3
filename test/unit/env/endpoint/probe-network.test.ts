import { createServer, type RequestListener } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { EndpointAnswer } from "../../../../src/env/endpoint/endpoint-answer.ts";
import { probeEndpoint } from "../../../../src/env/endpoint/probe-endpoint.ts";
import { deadPort, listen, serve, serveRaw } from "../../../support/web-servers.ts";

const MODELS = JSON.stringify({ data: [{ id: "a" }, { id: "b" }] });

function probe(baseUrl: string, timeoutMs = 5000): Promise<EndpointAnswer> {
  const known = { kind: "auth-token", token: "sk-1234567890", headers: [], env: new Map() } as const;
  return probeEndpoint({ ...known, baseUrl, timeoutMs });
}

const at = (port: number): string => `http://127.0.0.1:${port}`;

const listModels: RequestListener = ({ url }, response) => {
  if (url === "/v1/models") response.end(MODELS);
  else response.writeHead(404).end();
};

test("nobody listening is refused", async () => {
  const answer = await probe(at(await deadPort()));

  expect(answer).toMatchObject({ outcome: "refused", cause: "connection-refused", code: "ECONNREFUSED" });
});

test("a name that does not exist is dns", async () => {
  const answer = await probe("http://no-such-host.invalid");

  expect(answer).toMatchObject({ outcome: "dns", cause: "name-unknown" });
  expect(answer.code).toMatch(/^ENOTFOUND$|^EAI_AGAIN$/);
});

test("a host with two addresses is found at the second", async () => {
  const port = await serve(listModels);

  expect(await probe(`http://localhost:${port}`)).toMatchObject({ outcome: "ok" });
});

test.each([
  ["nothing at all", ""],
  ["half a header", "HTTP/1.1 200 OK\r\ncontent-ty"],
  ["half a body", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"],
])("a connection that ends after %s is refused", async (_name, text) => {
  const port = await serveRaw((socket) => {
    socket.once("data", () => socket.end(text));
  });

  expect(await probe(at(port))).toMatchObject({ outcome: "refused", cause: "connection-broken" });
});

test("what does not speak HTTP is not found to be the API", async () => {
  const port = await serveRaw((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"));

  expect(await probe(at(port))).toMatchObject({ outcome: "not-found", cause: "no-model-list", status: null });
});

test.each([
  ["headers", ""],
  ["a body", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"],
])("an endpoint that is too slow with %s is a time-out, and no connection is left", async (_name, text) => {
  let open = 0;
  const port = await serveRaw((socket) => {
    open += 1;
    socket.on("close", () => (open -= 1)).resume();
    socket.write(text);
  });

  const answer = await probe(at(port), 300);

  expect(answer).toMatchObject({ outcome: "timeout", cause: "answer-timeout", code: null });
  await expect.poll(() => open).toBe(0);
});

test("a page of life that never comes does not hold the answer up", async () => {
  const port = await serve((request, response) => {
    if (request.url === "/v1/models") response.end(MODELS);
  });

  expect(await probe(at(port), 60_000)).toMatchObject({ outcome: "ok", isLiteLlm: false });
});

test("a slow answer within the time is an answer", async () => {
  const port = await serve((_request, response) => {
    void sleep(200).then(() => response.end(MODELS));
  });

  expect(await probe(at(port))).toMatchObject({ outcome: "ok" });
});

test("an IPv6 address is asked", async () => {
  const port = await listen(createServer(listModels), "::1");

  expect(await probe(`http://[::1]:${port}`)).toMatchObject({
    outcome: "ok",
    url: `http://[::1]:${port}/v1/models`,
  });
});
