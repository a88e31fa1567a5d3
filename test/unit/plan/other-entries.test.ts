import { expect, test } from "vitest";
import { isSameLogin, withOtherEntries } from "../../../src/plan/other-entries.ts";

const LOGIN = { claudeAiOauth: { accessToken: "new" } };

test.each([
  [
    "of other tools come along",
    { claudeAiOauth: { accessToken: "old" }, mcpOAuth: { a: 1 } },
    { mcpOAuth: { a: 1 } },
  ],
  ["that it has itself stay", { own: "old" }, { own: 1 }],
])("entries %s", (_what, old, more) => {
  const own = "own" in more ? { own: 1 } : {};
  const text = withOtherEntries(JSON.stringify({ ...LOGIN, ...own }), JSON.stringify(old));
  expect(JSON.parse(text)).toEqual({ ...LOGIN, ...more });
});

test.each(["", "{", "[1]", '{"claudeAiOauth":{"accessToken":"old"}}'])(
  "%j has none: nothing changes",
  (old) => {
    const text = ` ${JSON.stringify(LOGIN)}\n`;
    expect(withOtherEntries(text, old)).toBe(text);
  },
);

test("what is no JSON object stays as it is", () => {
  expect(withOtherEntries("{", '{"mcpOAuth":{}}')).toBe("{");
});

test.each([
  [LOGIN, { ...LOGIN, mcpOAuth: {} }, true],
  [LOGIN, { claudeAiOauth: { accessToken: "other" } }, false],
  [{}, {}, false],
])("%j and %j: the same login: %s", (one, other, expected) => {
  expect(isSameLogin(JSON.stringify(one), JSON.stringify(other))).toBe(expected);
});
