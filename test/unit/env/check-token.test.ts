import { expect, test } from "vitest";
import { checkToken } from "../../../src/env/check-token.ts";
import type { TokenKind } from "../../../src/env/env-names.ts";

const LONG = "0123456789abcdef";

test.each([
  ["", "is empty"],
  ["   ", "is empty"],
  [`${LONG}\n`, "has a line break in it"],
  [`${LONG}\r\nx`, "has a line break in it"],
  [`${LONG}\tx`, "has a control character in it"],
  [`${LONG}\u0000`, "has a control character in it"],
  [`${LONG}\uFFFD`, "has bytes in it that are no UTF-8 text"],
  [`${LONG}漢`, "has characters in it that no header can carry"],
])("%j is refused: it %s", (token, why) => {
  expect(checkToken("auth-token", token)).toEqual({ ok: false, why });
});

const GOOD: readonly (readonly [TokenKind, string])[] = [
  ["auth-token", `sk-${LONG}`],
  ["auth-token", LONG],
  ["api-key", `sk-ant-api03-${LONG}`],
  ["api-key", `sk-${LONG}`],
  ["oauth-token", `sk-ant-oat01-${LONG}`],
];

test.each(GOOD)("nothing is wrong with an %s like %s", (kind, token) => {
  expect(checkToken(kind, token)).toEqual({ ok: true, doubts: [] });
});

const DOUBTFUL: readonly (readonly [TokenKind, string, string])[] = [
  ["auth-token", `Bearer ${LONG}`, "begins with the word Bearer"],
  ["auth-token", `${LONG} `, "white space"],
  ["auth-token", `"${LONG}"`, "a quote"],
  ["auth-token", `${LONG}é`, "not ASCII"],
  ["auth-token", "sk-1234", "shorter than 16"],
  ["auth-token", "$ANTHROPIC_AUTH_TOKEN", "the name of a variable"],
  ["auth-token", `sk-ant-api03-${LONG}`, "--kind api-key"],
  ["auth-token", `sk-ant-oat01-${LONG}`, "--kind oauth-token"],
  ["api-key", `sk-ant-oat01-${LONG}`, "--kind oauth-token"],
  ["api-key", `"sk-ant-oat01-${LONG}"`, "--kind oauth-token"],
  ["oauth-token", `sk-ant-api03-${LONG}`, "--kind api-key"],
  ["oauth-token", LONG, "does not begin like an OAuth token"],
  ["auth-token", `sk-ant-ort01-${LONG}`, "a refresh token"],
  ["oauth-token", `sk-ant-ort01-${LONG}`, "a refresh token"],
  ["api-key", `sk-ant-admin01-${LONG}`, "admin"],
  ["auth-token", `sk-ant-sid01-${LONG}`, "cookie"],
];

test.each(DOUBTFUL)("an %s like %s raises a doubt: %s", (kind, token, doubt) => {
  const verdict = checkToken(kind, token);
  expect(verdict.ok && verdict.doubts.join("; ")).toContain(doubt);
  expect(JSON.stringify(verdict)).not.toContain(LONG);
});
