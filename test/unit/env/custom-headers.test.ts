import { expect, test } from "vitest";
import {
  checkHeader,
  type Header,
  isCredentialHeader,
  parseHeaders,
  renderHeaders,
} from "../../../src/env/custom-headers.ts";

const PARSED: readonly (readonly [string, readonly Header[]])[] = [
  ["", []],
  ["X-A: 1", [["X-A", "1"]]],
  [
    "x-a:1\nx-b: 2",
    [
      ["x-a", "1"],
      ["x-b", "2"],
    ],
  ],
  [
    "x-a: 1\r\n\r\n  x-b  :  2  ",
    [
      ["x-a", "1"],
      ["x-b", "2"],
    ],
  ],
  ["x-a: 1, x-b: 2", [["x-a", "1, x-b: 2"]]],
  ["x-a: http://x:1", [["x-a", "http://x:1"]]],
  ["no colon\nx-a:", [["x-a", ""]]],
  [": 1", []],
];

test.each(PARSED)("%j holds the headers that Claude Code makes of it", (value, headers) => {
  expect(parseHeaders(value)).toEqual(headers);
});

test("headers become lines of one value, and come back", () => {
  const headers: Header[] = [
    ["X-A", "1, 2"],
    ["X-B", "c: d"],
  ];
  expect(renderHeaders(headers)).toBe("X-A: 1, 2\nX-B: c: d");
  expect(parseHeaders(renderHeaders(headers))).toEqual(headers);
});

test.each(["X-A", "x_a", "a!#$%&'*+-.^`|~9"])("%s is a name", (name) => {
  expect(checkHeader(name, "1")).toEqual({ ok: true });
});

test.each(["", "X A", "X:", "X-A: sk-secret", "Ä", "X\n", "(x)"])("%j is no name", (name) => {
  const verdict = checkHeader(name, "1");
  expect(verdict).toMatchObject({ ok: false });
  expect(JSON.stringify(verdict)).not.toContain("sk-secret");
});

test.each(["", "a\nb", "a\rb", "a\0", "漢"])(
  "%j is no value, and the reason names the header alone",
  (value) => {
    const verdict = checkHeader("X-A", `sk-secret${value}`);
    if (value !== "")
      expect(verdict).toMatchObject({ ok: false, why: expect.stringContaining("X-A") as string });
    expect(JSON.stringify(verdict)).not.toContain("sk-secret");
    expect(checkHeader("X-A", value)).toMatchObject({ ok: false });
  },
);

test("Authorization and X-Api-Key say who asks", () => {
  expect(["Authorization", "x-api-KEY", "X-Team", "Proxy-Authorization"].map(isCredentialHeader)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
