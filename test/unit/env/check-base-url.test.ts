import { describe, expect, test } from "vitest";
import { checkBaseUrl } from "../../../src/env/check-base-url.ts";

const PRIVATE = [
  ...[
    "localhost",
    "LOCALHOST",
    "a.localhost",
    "litellm",
    "litellm:4000",
    "nas.local",
    "x.internal",
    "host.docker.internal",
  ],
  ...[
    "box.lan",
    "box.home.arpa",
    "litellm.ai.svc",
    "litellm.ai.svc.cluster.local",
    "x.test",
    "x.test.",
    "localhost.",
  ],
  ...[
    "127.0.0.1",
    "127.9.9.9",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.1.1",
    "100.64.0.1",
  ],
  ...["[::1]", "[fd00::1]", "[fe80::1]", "[::ffff:10.0.0.1]", "0x7f.1", "2130706433", "0.0.0.0", "[::]"],
];
const PUBLIC = [
  ...[
    "example.com",
    "litellm.example.com",
    "x.localhost.com",
    "local.example",
    "172.32.0.1",
    "172.15.0.1",
    "192.169.0.1",
  ],
  ...["100.128.0.1", "8.8.8.8", "[2001:db8::1]", "[::ffff:8.8.8.8]", "11.0.0.1", "test.com"],
];

describe("http", () => {
  test.each(PRIVATE)("to %s is fine: the host is private", (host) => {
    expect(checkBaseUrl(`http://${host}`, false)).toMatchObject({ ok: true, isPrivate: true });
  });

  test.each(PUBLIC)("to %s is refused, and let through with a warning if it is meant", (host) => {
    expect(checkBaseUrl(`http://${host}`, false)).toMatchObject({
      ok: false,
      hint: expect.stringContaining("--insecure") as string,
    });
    expect(checkBaseUrl(`http://${host}`, true)).toMatchObject({
      ok: true,
      isPrivate: false,
      warnings: [expect.stringContaining("for all to read")],
    });
    expect(checkBaseUrl(`https://${host}`, false)).toMatchObject({
      ok: true,
      isPrivate: false,
      warnings: [],
    });
  });
});

test.each([
  ["https://x.example", "https://x.example"],
  ["https://x.example/", "https://x.example"],
  ["https://x.example/a/b//", "https://x.example/a/b"],
  ["  HTTPS://X.Example:443/a ", "https://x.example/a"],
  ["http://localhost:4000/", "http://localhost:4000"],
  ["http://[::1]:4000", "http://[::1]:4000"],
  ["https://bücher.example", "https://xn--bcher-kva.example"],
])("%j is kept as %s", (text, url) => {
  expect(checkBaseUrl(text, false)).toMatchObject({ ok: true, url, warnings: [] });
});

test.each(["https://x.example/v1", "https://x.example/v1/", "https://x.example/api/v1/messages"])(
  "%s is warned of: Claude Code adds /v1/messages",
  (text) => {
    expect(checkBaseUrl(text, false)).toMatchObject({ ok: true, warnings: [expect.stringContaining("/v1")] });
  },
);

test("the address that a server prints as its own is warned of", () => {
  expect(checkBaseUrl("http://0.0.0.0:4000", false)).toMatchObject({
    warnings: [expect.stringContaining("127.0.0.1")],
  });
});

test.each([
  ["", "no URL"],
  ["litellm.example.com", "no URL"],
  ["http://", "no URL"],
  ["https://a b", "no URL"],
  ["https://x.example\\a", "no URL"],
  ["https://x.ex\nample", "no URL"],
  ["localhost:4000", "neither http:// nor https://"],
  ["ftp://x.example", "neither http:// nor https://"],
  ["file:///etc/passwd", "neither http:// nor https://"],
  ["https://x.example/?a=1", "query"],
  ["https://x.example/#a", "query"],
  ["https://x.example/?", "query"],
])("%j is refused: %s", (text, why) => {
  expect(checkBaseUrl(text, true)).toMatchObject({ ok: false, why: expect.stringContaining(why) as string });
});

test.each([
  "https://user:sk-secret@x.example",
  "https://sk-secret@x.example",
  "https://:sk-secret@x.example",
  "http://x.example/?key=sk-secret",
  "sk-secret:4000",
  "http://sk secret",
])("%s is refused without being shown", (text) => {
  const verdict = checkBaseUrl(text, false);
  expect(verdict.ok).toBe(false);
  expect(JSON.stringify(verdict)).not.toMatch(/sk.secret/);
});
