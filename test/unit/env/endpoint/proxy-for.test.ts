import { expect, test } from "vitest";
import { proxyFor } from "../../../../src/env/endpoint/proxy-for.ts";

const ONE = "http://one.test:3128";
const TWO = "http://two.test:3128";
const HTTPS = "https://api.example.test";
const HTTP = "http://api.example.test";

test.each([
  [HTTPS, {}, null],
  [HTTPS, { HTTPS_PROXY: ONE }, "one.test:3128"],
  [HTTP, { HTTPS_PROXY: ONE }, "one.test:3128"],
  [HTTPS, { HTTP_PROXY: ONE }, "one.test:3128"],
  [HTTPS, { https_proxy: ONE, HTTPS_PROXY: TWO }, "one.test:3128"],
  [HTTPS, { https_proxy: "", HTTPS_PROXY: TWO }, "two.test:3128"],
  [HTTP, { http_proxy: ONE, HTTPS_PROXY: TWO }, "two.test:3128"],
  [HTTPS, { ALL_PROXY: ONE }, "one.test:3128"],
  [HTTPS, { ALL_PROXY: ONE, all_proxy: TWO }, "two.test:3128"],
  [HTTPS, { ALL_PROXY: ONE, HTTP_PROXY: TWO }, "two.test:3128"],
  [HTTPS, { ALL_PROXY: "socks5://one.test" }, null],
  [HTTPS, { ALL_PROXY: '""' }, null],
  [HTTPS, { ALL_PROXY: "one.test:99" }, "one.test:99"],
  [HTTPS, { HTTPS_PROXY: "one.test:99" }, "one.test:99"],
  [HTTPS, { HTTPS_PROXY: " http://one.test " }, "one.test"],
  [HTTPS, { HTTPS_PROXY: ONE, NO_PROXY: "example.test" }, null],
  [HTTPS, { HTTPS_PROXY: ONE, no_proxy: "", NO_PROXY: "*" }, null],
  // Exempted by the client's own code, but not by Bun, which reads the first list alone.
  [HTTPS, { HTTPS_PROXY: ONE, no_proxy: "other", NO_PROXY: "api.example.test" }, "one.test:3128"],
  [HTTP, { HTTPS_PROXY: ONE, no_proxy: "other", NO_PROXY: "api.example.test" }, null],
  [
    HTTP,
    { HTTPS_PROXY: ONE, HTTP_PROXY: TWO, no_proxy: "other", NO_PROXY: "api.example.test" },
    "two.test:3128",
  ],
  [
    HTTPS,
    { HTTP_PROXY: ONE, ALL_PROXY: TWO, no_proxy: "other", NO_PROXY: "api.example.test" },
    "two.test:3128",
  ],
])("%s with %j goes by %s", (url, env, host) => {
  expect(proxyFor(url, new Map(Object.entries(env)))?.url?.host ?? null).toBe(host);
});

test.each([
  [{ HTTPS_PROXY: "garbage" }, "HTTPS_PROXY"],
  [{ HTTPS_PROXY: "garbage", NO_PROXY: "*" }, "HTTPS_PROXY"],
  [{ HTTPS_PROXY: '""', HTTP_PROXY: ONE }, "HTTPS_PROXY"],
  [{ HTTP_PROXY: "one.test:99" }, "HTTP_PROXY"],
  [{ https_proxy: "user:password@one.test:99" }, "https_proxy"],
  [{ HTTPS_PROXY: "socks5://one.test" }, "HTTPS_PROXY"],
])("%j is of no use to the client", (env, variable) => {
  expect(proxyFor(HTTPS, new Map(Object.entries(env)))).toEqual({ variable, url: null });
});
