import type { IncomingHttpHeaders, RequestListener } from "node:http";
import { expect, test } from "vitest";
import { describeAnswer } from "../../../../src/env/endpoint/describe-answer.ts";
import type { EndpointAnswer } from "../../../../src/env/endpoint/endpoint-answer.ts";
import { probeEndpoint, type EndpointRequest } from "../../../../src/env/endpoint/probe-endpoint.ts";
import { findLeak } from "../../../support/leak.ts";
import { serve } from "../../../support/web-servers.ts";

const TOKEN = "sk-canary-7rYp0QzLw3/+Vx9";
const HEADER = "gate-canary-Kd82hQm5ZtNf";

async function probe(baseUrl: string, over: Partial<EndpointRequest> = {}): Promise<EndpointAnswer> {
  const answer = await probeEndpoint({
    ...{ baseUrl, kind: "auth-token", token: TOKEN, timeoutMs: 5000, env: new Map() },
    headers: [["X-Gate", HEADER]],
    ...over,
  });
  const said = JSON.stringify([answer, describeAnswer(answer)]);
  for (const secret of [TOKEN, HEADER]) expect(findLeak(said, secret), said).toBeNull();
  return answer;
}

/** Answers each path with a status and a body; every other with 404. */
function pages(
  bodies: Readonly<Record<string, readonly [status: number, body: string]>>,
  seen: { path: string; headers: IncomingHttpHeaders }[] = [],
): RequestListener {
  return ({ url = "", headers }, response) => {
    seen.push({ path: url, headers });
    const [status, body] = bodies[url] ?? [404, "{}"];
    response.writeHead(status, { "content-type": "application/json" }).end(body);
  };
}

const at = (port: number): string => `http://127.0.0.1:${port}`;
const MODELS = JSON.stringify({ data: [{ id: "a" }, { id: "b" }] });

test("an endpoint that lists its models is ok, with their number", async () => {
  const port = await serve(pages({ "/v1/models": [200, MODELS] }));

  expect(await probe(at(port))).toMatchObject({
    ...{ outcome: "ok", cause: "models-listed", models: 2, isLiteLlm: false },
    ...{ status: 200, url: `${at(port)}/v1/models`, proxy: null },
  });
});

test("LiteLLM is known by its page of life, which is asked without the token", async () => {
  const seen: { path: string; headers: IncomingHttpHeaders }[] = [];
  const port = await serve(
    pages({ "/gw/health/liveliness": [200, `"I'm alive!"`], "/gw/v1/models": [200, MODELS] }, seen),
  );

  expect(await probe(`${at(port)}/gw/`)).toMatchObject({ outcome: "ok", isLiteLlm: true });

  const life = seen.find(({ path }) => path.endsWith("liveliness"));
  expect(life?.headers).toMatchObject({ "x-gate": HEADER });
  expect(JSON.stringify(life?.headers)).not.toContain(TOKEN);
});

test.each([
  ["auth-token", { authorization: `Bearer ${TOKEN}` }],
  ["api-key", { "x-api-key": TOKEN }],
  ["oauth-token", { authorization: `Bearer ${TOKEN}`, "anthropic-beta": "oauth-2025-04-20" }],
] as const)("a token of kind %s is sent as the client sends it", async (kind, expected) => {
  const seen: { path: string; headers: IncomingHttpHeaders }[] = [];
  const port = await serve(pages({ "/v1/models": [200, MODELS] }, seen));

  await probe(at(port), { kind });

  const { headers } = seen.find(({ path }) => path === "/v1/models") ?? {};
  expect(headers).toMatchObject({ ...expected, "anthropic-version": "2023-06-01", "x-gate": HEADER });
  expect(headers?.authorization === undefined).toBe(kind === "api-key");
});

test.each([
  [401, `{"error":{"message":"Received=${TOKEN}","type":"auth_error"}}`, "unauthorized", "token-refused"],
  [403, TOKEN, "unauthorized", "token-refused"],
  [400, '{"error":{"type":"no_db_connection"}}', "unauthorized", "token-unknown"],
  [404, TOKEN, "not-found", "path-unknown"],
  [200, `<html>Welcome ${TOKEN}</html>`, "not-found", "no-model-list"],
  [200, '{"detail":"hello"}', "not-found", "no-model-list"],
  [200, "[]", "not-found", "no-model-list"],
  [429, TOKEN, "server-error", "too-busy"],
  [500, TOKEN, "server-error", "server-failed"],
  [502, TOKEN, "server-error", "server-failed"],
  [400, "null", "server-error", "status-unexpected"],
])("status %i with the body %j is %s (%s)", async (status, body, outcome, cause) => {
  const port = await serve(pages({ "/v1/models": [status, body] }));

  expect(await probe(at(port))).toMatchObject({ outcome, cause, status, models: null });
});

test("a list longer than what is read of it is ok, without a number", async () => {
  const long = JSON.stringify({ data: Array.from({ length: 5000 }, (_, id) => ({ id: `model-${id}` })) });
  const port = await serve(pages({ "/v1/models": [200, long] }));

  expect(long.length).toBeGreaterThan(64 * 1024);
  expect(await probe(at(port))).toMatchObject({ outcome: "ok", models: null });
});

test("a page without an end is read up to a limit", async () => {
  let written = 0;
  const port = await serve((_request, response) => {
    const chunk = "x".repeat(16 * 1024);
    const more = (): void => {
      while (!response.destroyed && response.write(chunk)) written += chunk.length;
    };
    response.on("drain", more);
    more();
  });

  expect(await probe(at(port))).toMatchObject({ outcome: "not-found", cause: "no-model-list" });
  expect(written).toBeLessThan(32 * 1024 * 1024);
});

test("a redirect is not followed with the token; where it leads is said without what it carries", async () => {
  const asked: string[] = [];
  const other = await serve(({ url = "" }, response) => {
    asked.push(url);
    response.end(MODELS);
  });
  const port = await serve((_request, response) => {
    response.writeHead(302, { location: `${at(other)}/${TOKEN}?key=${TOKEN}` }).end();
  });

  const answer = await probe(at(port));

  expect(answer).toMatchObject({ outcome: "not-found", cause: "redirected", redirect: at(other) });
  expect(describeAnswer(answer).message).toContain(`leads to ${at(other)}`);
  expect(asked).toEqual([]);
});

test.each([
  ["token", { token: `${TOKEN}\n` }],
  ["header", { headers: [["X-Gate", `${HEADER}\r\nx: y`]] as const }],
])("a %s that HTTP cannot carry is refused without repeating it", async (_name, over) => {
  const failure = await probe("http://127.0.0.1:9", over).catch((error: unknown) => error);

  expect(failure).toMatchObject({ name: "UserError", message: /cannot carry/ });
  for (const secret of [TOKEN, HEADER]) expect(findLeak(String(failure), secret)).toBeNull();
});

test.each(["", "llm.example", "ftp://llm.example", "llm.example:4000"])(
  "the base URL %j is refused",
  async (baseUrl) => {
    await expect(probe(baseUrl)).rejects.toThrow("not an http:// or https:// URL");
  },
);

test("user, password and query of a base URL are not repeated", async () => {
  const port = await serve(pages({}));

  const answer = await probe(`http://user:${encodeURIComponent(HEADER)}@127.0.0.1:${port}/gw?key=${HEADER}`);

  expect(answer.url.startsWith(at(port))).toBe(true);
});
