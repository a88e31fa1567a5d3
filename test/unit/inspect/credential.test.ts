import { describe, expect, test } from "vitest";
import { parseCredential, parseObject } from "../../../src/inspect/credential.ts";
import { isLoggedIn } from "../../../src/report/logged-in.ts";

const NOW = 1_000_000;

function oauth(fields: Record<string, unknown>): string {
  return JSON.stringify({ claudeAiOauth: fields });
}

describe("the state of a credential", () => {
  test.each([
    ["no file", null, "absent"],
    ["other tools' entries alone", '{"mcpOAuth":{"a":1}}', "absent"],
    ["an empty object", "{}", "absent"],
    ["an empty file", "", "malformed"],
    ["blanks", " \n", "malformed"],
    ["NULs, as a power cut leaves them", "\0\0\0\0", "malformed"],
    ["a list", "[1]", "malformed"],
    ["null", "null", "malformed"],
    ["a string", '"x"', "malformed"],
    ["cut off", '{"claudeAiOauth":{"accessToken":"abc', "malformed"],
    ["a byte order mark", `\uFEFF${oauth({ accessToken: "a" })}`, "malformed"],
    ["a login that is null", '{"claudeAiOauth":null}', "malformed"],
    ["a login that is a list", '{"claudeAiOauth":[]}', "malformed"],
    ["an access token that is a number", oauth({ accessToken: 1 }), "malformed"],
    ["a refresh token that is an object", oauth({ accessToken: "a", refreshToken: {} }), "malformed"],
    ["a time that is a string", oauth({ accessToken: "a", expiresAt: "soon" }), "malformed"],
    ["scopes that are a string", oauth({ accessToken: "a", scopes: "user:inference" }), "malformed"],
    ["scopes that hold a number", oauth({ accessToken: "a", scopes: [1] }), "malformed"],
    ["a subscription that is a number", oauth({ accessToken: "a", subscriptionType: 1 }), "malformed"],
    ["empty tokens", oauth({ accessToken: "", refreshToken: "", expiresAt: 0 }), "blank"],
    ["an empty access token beside a refresh token", oauth({ accessToken: "", refreshToken: "r" }), "blank"],
    ["no tokens at all", oauth({}), "blank"],
    ["a blank access token", oauth({ accessToken: "  " }), "blank"],
    ["an access token alone", oauth({ accessToken: "a" }), "valid"],
    [
      "nulls where the client writes them",
      oauth({ accessToken: "a", subscriptionType: null, expiresAt: null }),
      "valid",
    ],
    ["fields that are not known", oauth({ accessToken: "a", newField: [{}] }), "valid"],
  ])("%s", (_, text, state) => {
    expect(parseCredential(text).state).toBe(state);
  });

  test("its facts carry no token", () => {
    const credential = parseCredential(
      oauth({
        accessToken: "access-canary",
        refreshToken: "refresh-canary",
        expiresAt: 5,
        refreshTokenExpiresAt: 6,
        scopes: ["a"],
        subscriptionType: "pro",
      }),
    );
    expect(credential).toEqual({
      state: "valid",
      expiresAt: 5,
      refreshTokenExpiresAt: 6,
      hasRefreshToken: true,
      scopes: ["a"],
      subscriptionType: "pro",
    });
    expect(JSON.stringify(credential)).not.toContain("canary");
  });
});

describe("a client started now would be logged in", () => {
  const base = { accessToken: "a", scopes: ["user:inference"] };
  test.each([
    ["it does not say when it expires", {}, true],
    ["it expires in the future", { expiresAt: NOW + 1 }, true],
    ["it expires now", { expiresAt: NOW }, false],
    ["it expired and is refreshable", { expiresAt: 0, refreshToken: "r" }, true],
    [
      "it expired, the refresh token too",
      { expiresAt: 0, refreshToken: "r", refreshTokenExpiresAt: NOW },
      false,
    ],
    ["the scope is missing", { scopes: ["user:profile"] }, false],
    ["there are no scopes", { scopes: [] }, false],
    ["scopes are null", { scopes: null }, false],
  ])("%s", (_, fields, expected) => {
    expect(isLoggedIn(parseCredential(oauth({ ...base, ...fields })), NOW)).toBe(expected);
  });

  test("only with a valid credential", () => {
    for (const text of [null, "", "[1]", "null", '{"mcpOAuth":{}}', oauth({ ...base, accessToken: "" })])
      expect(isLoggedIn(parseCredential(text), NOW)).toBe(false);
  });
});

test("an object is told from everything else that JSON can be", () => {
  expect(parseObject('{"a":1}')).toEqual({ a: 1 });
  for (const text of ["[]", "null", "1", '"x"', "", "{"]) expect(parseObject(text)).toBeNull();
});
