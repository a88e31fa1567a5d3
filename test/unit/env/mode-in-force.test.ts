import { describe, expect, test } from "vitest";
import { type LoginState, modeInForce, type SettingsSource } from "../../../src/env/mode-in-force.ts";
import { sources, type Told } from "./sources.ts";

const AUTH = { ANTHROPIC_AUTH_TOKEN: "t" };
const KEY = { ANTHROPIC_API_KEY: "k" };
const OAUTH = { CLAUDE_CODE_OAUTH_TOKEN: "o" };
const BEDROCK = { CLAUDE_CODE_USE_BEDROCK: "1" };

function mode(told: Told, login: LoginState = "usable"): string {
  return modeInForce(sources(told), login).mode;
}

test.each([
  ["nothing", {}, "oauth"],
  ["an OAuth token", OAUTH, "oauth-token"],
  ["an API key and an OAuth token", { ...OAUTH, ...KEY }, "api-key"],
  ["an auth token and both others", { ...OAUTH, ...KEY, ...AUTH }, "auth-token"],
  ["a cloud provider and all tokens", { ...OAUTH, ...KEY, ...AUTH, ...BEDROCK }, "cloud"],
])("with %s in the environment, in the client's order", (_, env, expected) => {
  expect(mode({ environment: env })).toBe(expected);
});

test("a helper comes after an API key and before an OAuth token", () => {
  const helper = { user: { apiKeyHelper: "set" as const } };
  expect(mode({ ...helper, environment: KEY })).toBe("api-key");
  expect(mode({ ...helper, environment: OAUTH })).toBe("api-key-helper");
  expect(mode({ ...helper })).toBe("api-key-helper");
});

test.each([
  ["usable", "oauth"],
  ["unusable", "oauth"],
  ["none", "none"],
] as const)("without any setting an %s login is %s", (login, expected) => {
  expect(modeInForce(sources({}), login)).toEqual({
    mode: expected,
    variable: null,
    source: null,
    path: null,
  });
});

const ORDER: readonly SettingsSource["source"][] = [
  "managed",
  "project-local",
  "project",
  "user",
  "environment",
];

describe.each(ORDER.map((source, index) => [source, ORDER.slice(index + 1)] as const))(
  "%s",
  (source, weaker) => {
    test("is named with its path", () => {
      expect(modeInForce(sources({ [source]: AUTH }), "none")).toEqual({
        mode: "auth-token",
        variable: "ANTHROPIC_AUTH_TOKEN",
        source,
        path: source === "environment" ? null : `/${source}`,
      });
    });

    test.each(weaker)("beats %s", (other) => {
      expect(modeInForce(sources({ [source]: AUTH, [other]: AUTH }), "none").source).toBe(source);
    });

    test.each(weaker)("with an empty value switches off what %s says", (other) => {
      for (const empty of ["", "  ", "\t\n"])
        expect(mode({ [source]: { ANTHROPIC_AUTH_TOKEN: empty }, [other]: AUTH })).toBe("oauth");
      expect(mode({ [source]: { CLAUDE_CODE_USE_BEDROCK: "0" }, [other]: BEDROCK })).toBe("oauth");
    });

    test.each(weaker.filter((other) => other !== "environment"))(
      "with an empty helper switches off that of %s",
      (other) => {
        const told = {
          [source]: { apiKeyHelper: "empty" as const },
          [other]: { apiKeyHelper: "set" as const },
        };
        expect(mode(told)).toBe("oauth");
      },
    );
  },
);

test("a token of a lesser kind in a stronger place does not count", () => {
  expect(mode({ "project-local": KEY, environment: AUTH })).toBe("auth-token");
});

test.each([
  ["1", true],
  ["true", true],
  ["TRUE", true],
  ["Yes", true],
  ["on", true],
  [" 1 ", true],
  ["0", false],
  ["", false],
  ["no", false],
  ["off", false],
  ["false", false],
  ["y", false],
  ["t", false],
  ["2", false],
  ["01", false],
  ["enabled", false],
])("a switch of %j is on: %s", (value, isOn) => {
  expect(mode({ environment: { CLAUDE_CODE_USE_BEDROCK: value } })).toBe(isOn ? "cloud" : "oauth");
});

test.each(["BEDROCK", "VERTEX", "FOUNDRY", "ANTHROPIC_AWS", "ANTHROPIC_GOOGLE_CLOUD", "MANTLE"])(
  "%s is a cloud",
  (name) => {
    const variable = `CLAUDE_CODE_USE_${name}`;
    expect(modeInForce(sources({ user: { [variable]: "1" } }), "usable")).toEqual({
      mode: "cloud",
      variable,
      source: "user",
      path: "/user",
    });
  },
);

test("a gateway counts where it has a base URL and an auth token", () => {
  const gateway = { CLAUDE_CODE_USE_GATEWAY: "1" };
  const url = { ANTHROPIC_BASE_URL: "https://x" };
  expect(mode({ environment: gateway })).toBe("oauth");
  expect(mode({ environment: { ...gateway, ...url } })).toBe("oauth");
  expect(mode({ environment: { ...gateway, ...AUTH } })).toBe("auth-token");
  expect(mode({ environment: { ...gateway, ...url, ...KEY } })).toBe("api-key");
  expect(mode({ environment: { ...gateway, ...url }, user: AUTH })).toBe("cloud");
});

test.each(["CLAUDE_CODE_USE_NATIVE_FILE_SEARCH", "CLAUDE_CODE_USE_POWERSHELL_TOOL"])("%s is none", (name) => {
  expect(mode({ environment: { [name]: "1" } })).toBe("oauth");
});
