import { describe, expect, test } from "vitest";
import { type ModeConflict, modeConflicts } from "../../../src/env/mode-conflicts.ts";
import type { LoginState, Place, SettingsSource } from "../../../src/env/mode-in-force.ts";
import { sources, type Told } from "./sources.ts";

const AUTH = { ANTHROPIC_AUTH_TOKEN: "sk-secret-token" };
const KEY = { ANTHROPIC_API_KEY: "sk-secret-key" };
const URL_ONLY = { ANTHROPIC_BASE_URL: "https://litellm.example/sk-secret" };

function conflicts(told: Told, login: LoginState = "none"): ModeConflict[] {
  const found = modeConflicts(sources(told), login);
  expect(JSON.stringify(found)).not.toContain("secret");
  return found;
}

function place(source: SettingsSource["source"], variable: string): Place {
  return { variable, source, path: source === "environment" ? null : `/${source}` };
}

test.each<[string, Told, LoginState]>([
  ["nothing is set", {}, "none"],
  ["there is a login alone", {}, "usable"],
  ["there is a token alone", { environment: { ...AUTH, ...URL_ONLY } }, "none"],
  ["settings and environment say the same", { user: AUTH, environment: AUTH }, "none"],
  [
    "both files of a project and the user say the same",
    { "project-local": AUTH, project: AUTH, user: AUTH },
    "none",
  ],
  ["a login that does not work is overridden", { environment: AUTH }, "unusable"],
  [
    "a cloud provider has tokens beside it",
    { environment: { ...AUTH, ...KEY, CLAUDE_CODE_USE_BEDROCK: "1" } },
    "none",
  ],
  [
    "other variables differ",
    { user: { DISABLE_TELEMETRY: "1" }, environment: { DISABLE_TELEMETRY: "0" } },
    "none",
  ],
  [
    "the base URL is Anthropic's own",
    { environment: { ANTHROPIC_BASE_URL: "https://api.anthropic.com/" } },
    "usable",
  ],
])("there is no conflict where %s", (_, told, login) => {
  expect(conflicts(told, login)).toEqual([]);
});

test.each<[Told, Place]>([
  [{ environment: AUTH }, place("environment", "ANTHROPIC_AUTH_TOKEN")],
  [{ project: KEY }, place("project", "ANTHROPIC_API_KEY")],
  [{ user: { apiKeyHelper: "set" } }, place("user", "apiKeyHelper")],
  [{ user: { CLAUDE_CODE_USE_VERTEX: "1" } }, place("user", "CLAUDE_CODE_USE_VERTEX")],
])("%j overrides a login that would work", (told, used) => {
  expect(conflicts(told, "usable")).toEqual([{ kind: "login-overridden", used }]);
});

test("of several tokens the one that counts is told from the others", () => {
  const told: Told = {
    user: { ...KEY, apiKeyHelper: "set" },
    environment: { ...AUTH, CLAUDE_CODE_OAUTH_TOKEN: "secret" },
  };
  expect(conflicts(told)).toEqual([
    {
      kind: "two-tokens",
      used: place("environment", "ANTHROPIC_AUTH_TOKEN"),
      others: [
        place("user", "ANTHROPIC_API_KEY"),
        place("user", "apiKeyHelper"),
        place("environment", "CLAUDE_CODE_OAUTH_TOKEN"),
      ],
    },
  ]);
});

describe("a base URL without a token", () => {
  const used = place("project", "ANTHROPIC_BASE_URL");

  test("gets the login, which is Anthropic's", () => {
    expect(conflicts({ project: URL_ONLY }, "usable")).toEqual([
      { kind: "base-url-without-token", used, sendsLogin: true },
    ]);
  });

  test.each(["unusable", "none"] as const)("gets nothing where the login is %s", (login) => {
    expect(conflicts({ project: URL_ONLY }, login)).toEqual([
      { kind: "base-url-without-token", used, sendsLogin: false },
    ]);
  });

  test.each(["https://api.anthropic.com.evil.example", "http://api.anthropic.com", "https://xanthropic.com"])(
    "%s is not Anthropic's",
    (url) => {
      expect(conflicts({ project: { ANTHROPIC_BASE_URL: url } })).toHaveLength(1);
    },
  );
});

test("headers that say who asks are named, and count as a token for a base URL", () => {
  const told: Told = {
    environment: {
      ...URL_ONLY,
      ANTHROPIC_CUSTOM_HEADERS: "X-Team: a\nauthorization: Bearer sk-secret\nx-api-key: secret",
    },
  };
  expect(conflicts(told)).toEqual([
    {
      kind: "credential-header",
      used: place("environment", "ANTHROPIC_CUSTOM_HEADERS"),
      headers: ["authorization", "x-api-key"],
    },
  ]);
});

test.each<[ModeConflict["kind"], SettingsSource["source"], readonly SettingsSource["source"][]]>([
  ["managed-overrides", "managed", ["project-local", "project", "user", "environment"]],
  ["project-overrides", "project-local", ["user", "environment"]],
  ["project-overrides", "project", ["user", "environment"]],
  ["settings-beat-shell", "user", ["environment"]],
])("%s: %s beats %j where they differ", (kind, source, weaker) => {
  const variable = "ANTHROPIC_AUTH_TOKEN";
  for (const other of weaker) {
    const expected = [{ kind, used: place(source, variable), beaten: [place(other, variable)] }];
    expect(conflicts({ [source]: AUTH, [other]: { [variable]: "secret other" } })).toEqual(expected);
    expect(conflicts({ [source]: AUTH, [other]: { [variable]: "" } })).toEqual(expected);
    expect(conflicts({ [source]: { [variable]: "" }, [other]: AUTH })).toEqual(expected);
  }
  const all = Object.fromEntries(weaker.map((other) => [other, { [variable]: "secret other" }]));
  expect(conflicts({ [source]: AUTH, ...all })).toEqual([
    { kind, used: place(source, variable), beaten: weaker.map((other) => place(other, variable)) },
  ]);
});

test.each(["ANTHROPIC_BASE_URL", "ANTHROPIC_CUSTOM_HEADERS", "CLAUDE_CODE_USE_BEDROCK"])(
  "%s is held against the other places too",
  (variable) => {
    const told: Told = { user: { ...AUTH, [variable]: "x:1" }, environment: { [variable]: "x:2" } };
    expect(conflicts(told)).toContainEqual({
      kind: "settings-beat-shell",
      used: place("user", variable),
      beaten: [place("environment", variable)],
    });
  },
);

test("a project that switches the user's helper off is told", () => {
  expect(conflicts({ project: { apiKeyHelper: "empty" }, user: { apiKeyHelper: "set" } })).toEqual([
    {
      kind: "project-overrides",
      used: place("project", "apiKeyHelper"),
      beaten: [place("user", "apiKeyHelper")],
    },
  ]);
});
