import { describe, expect, test } from "vitest";
import { clientExempts, runtimeExempts } from "../../../../src/env/endpoint/no-proxy.ts";

const host = (name: string, port = 443): { host: string; port: number } => ({ host: name, port });

describe("what Bun exempts", () => {
  test.each([
    ["api.example.test", "api.example.test"],
    ["API.Example.TEST", "api.example.test"],
    ["example.test", "api.example.test"],
    [".example.test", "api.example.test"],
    [".example.test", "example.test"],
    ["*.example.test", "api.example.test"],
    ["*.example.test", "example.test"],
    ["api.example.test.", "api.example.test"],
    ["api.example.test", "api.example.test."],
    ["other, api.example.test", "api.example.test"],
    ["other\tapi.example.test\n", "api.example.test"],
    ["*", "api.example.test"],
    ["other,*", "127.0.0.1"],
    ["api.example.test:443", "api.example.test"],
    [".example.test:0443", "api.example.test"],
    ["[localhost]", "localhost"],
    ["127.0.0.1", "127.0.0.1"],
    ["127.0.0.1:443", "127.0.0.1"],
    [".127.0.0.1", "127.0.0.1"],
    ["::ffff:127.0.0.1", "127.0.0.1"],
    ["127.0.0.0/8", "127.0.0.1"],
    ["127.0.0.1/32", "127.0.0.1"],
    ["0.0.0.0/0", "127.0.0.1"],
    ["172.16.0.0/12", "172.31.255.255"],
    ["::ffff:127.0.0.0/104", "127.0.0.1"],
    ["::1", "[::1]"],
    ["[::1]", "[::1]"],
    ["[::1]:443", "[::1]"],
    ["0:0:0:0:0:0:0:1", "[::1]"],
    ["::1/128", "[::1]"],
    ["[fd00::]/8", "[fd12:3456::1]"],
    ["::/0", "[::1]"],
  ])("NO_PROXY=%j exempts %s", (list, name) => {
    expect(runtimeExempts(list, host(name))).toBe(true);
  });

  test.each([
    ["", "api.example.test"],
    [" , ", "api.example.test"],
    ["ample.test", "api.example.test"],
    ["api.example.test", "example.test"],
    ["*example.test", "api.example.test"],
    ["..example.test", "api.example.test"],
    ["*.*.test", "api.example.test"],
    ["*.", "api.example.test"],
    [".", "api.example.test"],
    ["*:443", "api.example.test"],
    ["other;api.example.test", "api.example.test"],
    ["https://api.example.test", "api.example.test"],
    ["api.example.test:80", "api.example.test"],
    ["api.example.test:", "api.example.test"],
    ["api.example.test:+443", "api.example.test"],
    ["''", "api.example.test"],
    ["127.*", "127.0.0.1"],
    ["127.", "127.0.0.1"],
    ["0.0.1", "127.0.0.1"],
    ["127.1", "127.0.0.1"],
    ["127.0.0.01", "127.0.0.1"],
    ["localhost", "127.0.0.1"],
    ["127.0.0.1", "localhost"],
    ["127.0.0.0/8", "localhost"],
    ["127.0.0.0/33", "127.0.0.1"],
    ["127.0.0.0/", "127.0.0.1"],
    ["127.0.0.1/+8", "127.0.0.1"],
    ["172.16.0.0/12", "172.32.0.0"],
    ["::ffff:127.0.0.0/95", "127.0.0.1"],
    ["::/0", "127.0.0.1"],
    ["0.0.0.0/0", "[::1]"],
    ["::1:443", "[::1]"],
    ["[::1]:80", "[::1]"],
    ["[::1", "[::1]"],
    ["::1%lo", "[::1]"],
    ["[fe80::]/10", "[::1]"],
    ["1::2::3", "[::1]"],
  ])("NO_PROXY=%j does not exempt %s", (list, name) => {
    expect(runtimeExempts(list, host(name))).toBe(false);
  });
});

describe("what the client's own code exempts", () => {
  test.each([
    [["*"], "api.example.test"],
    [["other", "*"], "api.example.test"],
    [["other", "api.example.test"], "api.example.test"],
    [["other\vAPI.example.test"], "api.example.test"],
    [[".example.test"], "example.test"],
    [[".example.test"], "api.example.test"],
    [["api.example.test:443"], "api.example.test"],
  ])("the lists %j exempt %s", (lists, name) => {
    expect(clientExempts(lists, host(name))).toBe(true);
  });

  test.each([
    [[], "api.example.test"],
    [["*,other"], "api.example.test"],
    [["example.test"], "api.example.test"],
    [["api.example.test:80"], "api.example.test"],
    [["127.0.0.0/8"], "127.0.0.1"],
  ])("the lists %j do not exempt %s", (lists, name) => {
    expect(clientExempts(lists, host(name))).toBe(false);
  });
});
