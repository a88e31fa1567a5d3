import { expect, test } from "vitest";
import { accessOnly } from "../../../src/plan/access-only.ts";
import { portableSettings } from "../../../src/plan/portable-settings.ts";
import { login } from "../../support/login.ts";

function portable(settings: unknown, managed: readonly string[] = []): unknown {
  const text = portableSettings(JSON.stringify(settings), new Set(managed));
  return text === null ? null : JSON.parse(text);
}

test.each<[string, object, readonly string[], object]>([
  ["nothing secret", { theme: "dark", hooks: { Stop: [] } }, [], { theme: "dark", hooks: { Stop: [] } }],
  ["a helper that prints a key", { apiKeyHelper: "cat /key", model: "opus" }, [], { model: "opus" }],
  [
    "secrets by their names, whatever their case",
    { env: { MY_TOKEN: "1", api_key: "2", CustomHeaders: "3", MAX_OUTPUT_TOKENS: "4", LATER: "5" } },
    [],
    { env: { LATER: "5" } },
  ],
  [
    "what env set manages",
    { env: { ANTHROPIC_BASE_URL: "u", DISABLE_TELEMETRY: "1", LATER: "5" } },
    ["DISABLE_TELEMETRY"],
    { env: { LATER: "5" } },
  ],
  ["an env that nothing is left in", { env: { ANTHROPIC_API_KEY: "k" }, a: 1 }, [], { a: 1 }],
  ["an env that is none", { env: "x", a: 1 }, [], { a: 1 }],
])("portableSettings: %s", (_what, settings, managed, expected) => {
  expect(portable(settings, managed)).toEqual(expected);
});

test.each(["", "{", "[1]", "null", "// a comment\n{}"])("portableSettings: %j is none", (text) => {
  expect(portableSettings(text, new Set())).toBeNull();
});

test("accessOnly leaves neither the refresh token nor other tools' entries", () => {
  const text = JSON.stringify({
    ...(JSON.parse(login("a", 8, { refreshTokenExpiresAt: 5, later: 1 })) as object),
    mcpOAuth: { x: { refreshToken: "r" } },
  });
  const { claudeAiOauth } = JSON.parse(login("a", 8, { refreshToken: undefined })) as {
    claudeAiOauth: object;
  };
  expect(JSON.parse(accessOnly(text) ?? "")).toEqual({ claudeAiOauth });
  expect([accessOnly("{}"), accessOnly("{")]).toEqual([null, null]);
});
