import fc from "fast-check";
import { expect, test } from "vitest";
import { hasSameToken, withExpiry } from "../../src/plan/with-expiry.ts";

const login = fc.record(
  {
    accessToken: fc.string({ minLength: 1 }),
    refreshToken: fc.string(),
    expiresAt: fc.oneof(fc.integer(), fc.constant(null)),
    scopes: fc.array(fc.string()),
    later: fc.jsonValue(),
  },
  { requiredKeys: ["accessToken"] },
);
const others = fc.dictionary(
  fc.string().filter((name) => name !== "claudeAiOauth" && name !== "__proto__"),
  fc.jsonValue(),
);

test("another end changes the end alone, whatever else the file holds, and the token stays the same", () => {
  fc.assert(
    fc.property(login, others, fc.integer(), (claudeAiOauth, rest, end) => {
      const text = JSON.stringify({ ...rest, claudeAiOauth });
      const changed = withExpiry(text, end);
      if (changed === null) throw new Error("no login was found");
      expect(JSON.parse(changed)).toEqual({
        ...(JSON.parse(text) as object),
        claudeAiOauth: { ...(JSON.parse(JSON.stringify(claudeAiOauth)) as object), expiresAt: end },
      });
      expect(hasSameToken(text, changed)).toBe(true);
    }),
  );
});

test("what holds no login is left alone", () => {
  for (const text of ["", "{", "null", "[1]", "{}", '{"mcpOAuth":{}}', '{"claudeAiOauth":[]}'])
    expect([withExpiry(text, 1), hasSameToken(text, text)]).toEqual([null, false]);
});
