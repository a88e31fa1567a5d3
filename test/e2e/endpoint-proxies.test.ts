import { beforeAll, expect, it } from "vitest";
import { probeEndpoint } from "../../src/env/endpoint/probe-endpoint.ts";
import { proxyFor } from "../../src/env/endpoint/proxy-for.ts";
import { serveProxy, type TestProxy } from "../support/web-servers.ts";
import {
  startClientAtEndpoint,
  type ClientAtEndpoint,
  type Variables,
} from "./support/client-at-endpoint.ts";

/** Where the client is sent to: `NAME` stands for the port. */
const HTTPS = "https://api.example.test:TLS";
const HTTP = "http://api.example.test:PLAIN";
const ADDRESS = "http://127.0.0.1:PLAIN";
const ADDRESS6 = "http://[::1]:PLAIN";
const LOCALHOST = "http://localhost:PLAIN";

/** `ONE` and `TWO` stand for two proxies; `HOST1` for the first as host and port. */
const PROXY_ROWS: readonly (readonly [url: string, env: Variables])[] = [
  [HTTPS, {}],
  [HTTPS, { https_proxy: "ONE", HTTPS_PROXY: "TWO" }],
  [HTTPS, { https_proxy: "", HTTPS_PROXY: "TWO" }],
  [HTTP, { http_proxy: "ONE", HTTPS_PROXY: "TWO" }],
  [HTTPS, { HTTP_PROXY: "ONE", ALL_PROXY: "TWO" }],
  [HTTP, { ALL_PROXY: "ONE", all_proxy: "TWO" }],
  [HTTPS, { ALL_PROXY: "HOST1" }],
  [HTTPS, { ALL_PROXY: "socks5://127.0.0.1:9" }],
  [HTTPS, { HTTPS_PROXY: "HOST1" }],
  [HTTPS, { HTTP_PROXY: "HOST1" }],
  [HTTPS, { HTTPS_PROXY: "garbage", HTTP_PROXY: "TWO", NO_PROXY: "*" }],
  [HTTPS, { HTTPS_PROXY: "socks5://127.0.0.1:9" }],
  [HTTPS, { HTTPS_PROXY: "ONE", no_proxy: "other", NO_PROXY: "api.example.test" }],
  [HTTP, { HTTPS_PROXY: "ONE", no_proxy: "other", NO_PROXY: "api.example.test" }],
  [HTTP, { HTTPS_PROXY: "ONE", HTTP_PROXY: "TWO", no_proxy: "other", NO_PROXY: "*" }],
  [HTTPS, { HTTP_PROXY: "ONE", ALL_PROXY: "TWO", no_proxy: "other", NO_PROXY: "*" }],
];

const NO_PROXY_ROWS: readonly (readonly [url: string, noProxy: string])[] = [
  [HTTPS, "API.Example.test"],
  [HTTPS, "example.test"],
  [HTTPS, ".example.test"],
  [HTTPS, "*.example.test"],
  [HTTPS, "ample.test"],
  [HTTPS, "*example.test"],
  [HTTPS, "other *"],
  [HTTPS, "other;api.example.test"],
  [HTTPS, "api.example.test:TLS"],
  [HTTPS, "api.example.test:443"],
  [HTTPS, "*:TLS"],
  [ADDRESS, "127.0.0.0/8"],
  [ADDRESS, "127.0.0.0/33"],
  [ADDRESS, "127."],
  [ADDRESS, "::ffff:127.0.0.1"],
  [ADDRESS6, "::1"],
  [ADDRESS6, "[::1]:PLAIN"],
  [ADDRESS6, "0.0.0.0/0"],
  [LOCALHOST, "127.0.0.0/8"],
  [LOCALHOST, "localhost:PLAIN"],
];

let client: ClientAtEndpoint;
beforeAll(async () => {
  client = await startClientAtEndpoint();
  return () => client.stop();
});

interface Choices {
  readonly theirs: Readonly<Record<string, string>>;
  readonly ours: Readonly<Record<string, string>>;
}

/** How the client gets to each URL, and how we would: `one`, `two`, `directly`, `not at all`. */
async function choices(rows: readonly (readonly [url: string, env: Variables])[]): Promise<Choices> {
  const left = [...rows];
  const theirs: Record<string, string> = {};
  const ours: Record<string, string> = {};
  async function work(): Promise<void> {
    for (let row = left.shift(); row !== undefined; row = left.shift()) {
      const [one, two] = [await serveProxy(), await serveProxy()];
      const fill = (text: string): string =>
        client
          .withPorts(text)
          .replace("ONE", `http://127.0.0.1:${one.port}`)
          .replace("TWO", `http://127.0.0.1:${two.port}`)
          .replace("HOST1", `localhost:${one.port}`);
      const url = fill(row[0]);
      const env = Object.fromEntries(Object.entries(row[1]).map(([name, value]) => [name, fill(value)]));
      const name = `${row[0]} ${JSON.stringify(row[1])}`;
      theirs[name] = await clientChoice(url, env, one, two);
      ours[name] = ourChoice(url, env, one, two);
    }
  }
  // Starting a client is work for one core, waiting for it is not.
  await Promise.all([work(), work(), work()]);
  return { theirs, ours };
}

async function clientChoice(url: string, env: Variables, one: TestProxy, two: TestProxy): Promise<string> {
  if (!(await client.ask({ ...env, ANTHROPIC_BASE_URL: url }))) return "not at all";
  const { host } = new URL(url);
  const wasAsked = ({ seen }: TestProxy): boolean => seen.some(({ line }) => line.includes(host));
  return wasAsked(one) ? "one" : wasAsked(two) ? "two" : "directly";
}

function ourChoice(url: string, env: Variables, one: TestProxy, two: TestProxy): string {
  const proxy = proxyFor(url, new Map(Object.entries(env)));
  if (proxy === null) return "directly";
  const names = new Map([
    [String(one.port), "one"],
    [String(two.port), "two"],
  ]);
  return names.get(proxy.url?.port ?? "") ?? "not at all";
}

it("the proxy is chosen from the same variables as the client chooses it from", async () => {
  const { theirs, ours } = await choices(PROXY_ROWS);

  expect(ours).toEqual(theirs);
  expect(new Set(Object.values(theirs))).toEqual(new Set(["one", "two", "directly", "not at all"]));
});

it("NO_PROXY exempts the same hosts as with the client", async () => {
  const { theirs, ours } = await choices(
    NO_PROXY_ROWS.map(([url, noProxy]) => [url, { HTTPS_PROXY: "ONE", NO_PROXY: noProxy }]),
  );

  expect(ours).toEqual(theirs);
  expect(new Set(Object.values(theirs))).toEqual(new Set(["one", "directly"]));
});

it("what settings say of proxies counts for the client as if it were exported", async () => {
  const proxy = await serveProxy();
  const HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`;
  const ANTHROPIC_BASE_URL = client.withPorts(HTTPS);

  expect(await client.ask({ ANTHROPIC_BASE_URL }, { HTTPS_PROXY })).toBe(true);
  expect(proxy.seen).toHaveLength(1);
  await client.ask({ ANTHROPIC_BASE_URL, HTTPS_PROXY }, { NO_PROXY: "example.test" });
  await client.ask({ ANTHROPIC_BASE_URL, HTTPS_PROXY }, { HTTPS_PROXY: "" });
  expect(proxy.seen).toHaveLength(1);
});

it.each([HTTPS, HTTP])("a proxy of %s is asked in the form that the client asks it in", async (url) => {
  const proxy = await serveProxy();
  const HTTPS_PROXY = `http://us%40er:p%3Aw@127.0.0.1:${proxy.port}`;
  const baseUrl = client.withPorts(url);

  await client.ask({ ANTHROPIC_BASE_URL: baseUrl, HTTPS_PROXY });
  const [asked] = proxy.seen;
  const env = new Map([["HTTPS_PROXY", HTTPS_PROXY]]);
  const request = { kind: "auth-token", token: "sk-0123456789", headers: [], timeoutMs: 10_000 } as const;
  await probeEndpoint({ ...request, baseUrl, env });

  const isTunnel = url === HTTPS;
  const form = ({ line, authorization }: TestProxy["seen"][number]): string =>
    `${line.replace(/\/v1\/.*|\/health\/.*/, "").replace(/^(?:GET|POST)/, "METHOD")} ${authorization ?? ""}`;
  expect(asked?.line.startsWith("CONNECT ")).toBe(isTunnel);
  expect(new Set(proxy.seen.map(form))).toEqual(new Set([form(asked ?? { line: "", authorization: "" })]));
});

it("the same certificates are trusted as the client trusts", async () => {
  const baseUrl = client.withPorts("https://localhost:TLS");
  const rows: readonly Variables[] = [
    { NODE_EXTRA_CA_CERTS: "" },
    { NODE_EXTRA_CA_CERTS: "/no/such/file.pem" },
    { NODE_EXTRA_CA_CERTS: client.authority },
    { NODE_EXTRA_CA_CERTS: "", SSL_CERT_FILE: client.authority },
    { NODE_EXTRA_CA_CERTS: "", SSL_CERT_FILE: client.authority, CLAUDE_CODE_CERT_STORE: "bundled" },
    { NODE_EXTRA_CA_CERTS: "", NODE_TLS_REJECT_UNAUTHORIZED: "0" },
  ];
  for (const env of rows) {
    const isAnswered = await client.ask({ ...env, ANTHROPIC_BASE_URL: baseUrl });
    const { outcome } = await probeEndpoint({
      ...{ baseUrl, kind: "auth-token", token: "sk-0123456789", headers: [], timeoutMs: 10_000 },
      env: new Map(Object.entries(env)),
    });

    expect(outcome === "tls", JSON.stringify(env)).toBe(!isAnswered);
  }
});
