import { expect, test } from "vitest";
import { describeAnswer } from "../../../../src/env/endpoint/describe-answer.ts";
import {
  ENDPOINT_CAUSES,
  type EndpointAnswer,
  type EndpointCause,
} from "../../../../src/env/endpoint/endpoint-answer.ts";

const CAUSES = Object.keys(ENDPOINT_CAUSES) as EndpointCause[];

function answer(cause: EndpointCause, over: Partial<EndpointAnswer> = {}): EndpointAnswer {
  return {
    ...{ outcome: ENDPOINT_CAUSES[cause], cause, kind: "auth-token", by: "endpoint" },
    ...{ url: "https://llm.test/v1/models", proxy: null, status: null, code: null, redirect: null },
    ...{ isLiteLlm: false, models: null, unreadable: null, timeoutMs: 15_000 },
    ...over,
  };
}

const PROXY = { host: "proxy.test:3128", variable: "https_proxy" };

test.each(CAUSES)("%s is told in one sentence each, with where and what to do", (cause) => {
  for (const by of ["endpoint", "proxy"] as const) {
    const { message, hint } = describeAnswer(answer(cause, { by, proxy: PROXY }));
    expect(message).toMatch(/llm\.test|proxy\.test|https_proxy/);
    expect(hint.length).toBeGreaterThan(10);
    for (const text of [message, hint]) {
      expect(text).not.toMatch(/undefined|null|\bNaN|\n|\.$|\. [A-Z]| {2}/);
      expect(text.length).toBeLessThan(200);
    }
  }
});

test("a dead endpoint on loopback reminds of what loopback is in a container", () => {
  const dead = answer("connection-refused", { url: "http://127.0.0.1:4000/v1/models", code: "ECONNREFUSED" });

  expect(describeAnswer(dead)).toEqual({
    message: "nothing listens at http://127.0.0.1:4000 (ECONNREFUSED)",
    hint: "start the server; in a container 127.0.0.1 is the container itself, not the machine around it (host.docker.internal)",
  });
});

test("a base URL that ends in /v1 is told to be too long", () => {
  const twice = answer("path-unknown", {
    url: "https://llm.test/v1/v1/models",
    status: 404,
    isLiteLlm: true,
  });

  expect(describeAnswer(twice)).toEqual({
    message: "LiteLLM at https://llm.test has no page /v1/v1/models (HTTP 404)",
    hint: "take the /v1 off the end of the base URL, since Claude Code adds it, then: claude-credentials env set",
  });
});

test("a refused key is told with its kind and the way", () => {
  const refused = answer("token-refused", { kind: "api-key", proxy: PROXY, status: 401 });

  expect(describeAnswer(refused).message).toBe(
    "https://llm.test refuses the API key through the proxy proxy.test:3128 (HTTP 401)",
  );
});

test("a redirect to https is told to be one", () => {
  const url = "http://llm.test/v1/models";
  const redirect = (to: string | null): string =>
    describeAnswer(answer("redirected", { url, redirect: to, status: 301 })).hint;

  expect(redirect("https://llm.test")).toContain("write https://");
  expect(redirect("https://sso.test")).toContain("sign in");
  expect(redirect(null)).toContain("sign in");
});

test("what works is told with the number of models", () => {
  const works = answer("models-listed", { models: 3, isLiteLlm: true, status: 200 });

  expect(describeAnswer(works).message).toBe(
    "LiteLLM at https://llm.test answers and takes the token; models: 3",
  );
  expect(describeAnswer({ ...works, models: 0 }).hint).toContain("which models");
});
