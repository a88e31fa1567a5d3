import { expect, it } from "vitest";
import { BASE_URL_VARIABLE, HEADERS_VARIABLE, TOKEN_VARIABLE } from "../../src/env/env-names.ts";
import { type ModeConflict, modeConflicts } from "../../src/env/mode-conflicts.ts";
import { HELPER, type LoginState, modeInForce, type SettingsSource } from "../../src/env/mode-in-force.ts";
import { askClients, type ClientSetting, LOGIN, valueIn } from "./support/client-credentials.ts";
import type { Credentials } from "./support/recording-endpoint.ts";

const { "auth-token": AUTH, "api-key": KEY, "oauth-token": OAUTH } = TOKEN_VARIABLE;

const SETTINGS: Readonly<Record<string, ClientSetting>> = {
  nothing: {},
  "a login": { login: true },
  "an auth token": { environment: [AUTH] },
  "an API key": { environment: [KEY] },
  "an OAuth token": { environment: [OAUTH] },
  "a helper": { user: [HELPER] },
  "a login and an API key": { environment: [KEY], login: true },
  "a login and an OAuth token": { user: [OAUTH], login: true },
  "the environment and the user's settings": { environment: [AUTH, OAUTH], user: [AUTH, OAUTH] },
  "an OAuth token of the user's and one of the environment": { environment: [OAUTH], user: [OAUTH] },
  "an OAuth token of a project's alone": { project: [OAUTH], login: true },
  "one that a project's settings switch off in vain": { user: [OAUTH], "project-local": { [OAUTH]: "" } },
  "the user's settings and a project's": { environment: [KEY], user: [KEY], project: [KEY] },
  "a project's settings and its local ones": { user: [AUTH], project: [AUTH], "project-local": [AUTH] },
  "one switched off by the user's settings": { environment: [AUTH, KEY], user: { [AUTH]: "" } },
  "one switched off by a project's settings": { user: [AUTH], project: { [AUTH]: " " }, login: true },
  "a helper switched off by a project's settings": { user: [HELPER], "project-local": { [HELPER]: "" } },
  "an auth token and an API key": { environment: [AUTH], user: [KEY] },
  "an auth token and a helper": { environment: [AUTH], project: [HELPER] },
  "an API key and a helper": { environment: [KEY], user: [HELPER] },
  "an API key and an OAuth token": { environment: [KEY, OAUTH] },
  "a helper and an OAuth token": { environment: [OAUTH], user: [HELPER] },
  "settings with a comment": { environment: [KEY], user: [AUTH, HELPER], isCommented: true },
  "a cloud provider": { environment: [AUTH, KEY], project: { CLAUDE_CODE_USE_BEDROCK: "1" } },
};

/** What a client sends, by what is said of its mode and of what is set against it. */
function expected(sources: readonly SettingsSource[], login: LoginState): readonly Credentials[] {
  const { mode, variable, source } = modeInForce(sources, login);
  const conflicts = modeConflicts(sources, login);
  if (mode === "oauth") return has(conflicts, "base-url-without-token") ? [{ authorization: LOGIN }] : [];
  if (variable === null || source === null || mode === "cloud") return [];
  const others = conflicts.flatMap((conflict) => (conflict.kind === "two-tokens" ? conflict.others : []));
  // An OAuth token stands for a login, and as a login it is not sent beside another.
  const sent = [{ variable, source }, ...others.filter((other) => other.variable !== OAUTH)];
  const bearer = sent.find((place) => place.variable !== KEY);
  const key = sent.find((place) => place.variable === KEY || place.variable === HELPER);
  return [
    {
      ...(bearer === undefined ? {} : { authorization: valueIn(bearer.source, bearer.variable) }),
      ...(key === undefined ? {} : { key: valueIn(key.source, key.variable) }),
    },
  ];
}

function has(conflicts: readonly ModeConflict[], kind: ModeConflict["kind"]): boolean {
  return conflicts.some((conflict) => conflict.kind === kind);
}

it("the mode in force, and what is set against it, are those that the client sends", async () => {
  const clients = Object.entries(await askClients(SETTINGS));

  const theirs = clients.map(([name, { arrived }]) => [name, arrived] as const);
  const ours = clients.map(([name, { sources }]) => {
    return [name, expected(sources, SETTINGS[name]?.login === true ? "usable" : "none")] as const;
  });
  expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
  const modes = clients.map(([, { sources }]) => modeInForce(sources, "none").mode);
  expect(new Set(modes)).toEqual(
    new Set(["none", "auth-token", "api-key", "oauth-token", "api-key-helper", "cloud"]),
  );
});

it("headers that say who asks go out instead of the token, but for Authorization beside an auth token", async () => {
  const [custom, both] = ["custom", "Authorization: Bearer custom\nx-api-key: custom"];
  const clients = await askClients({
    "beside a key": {
      environment: { [KEY]: "key" },
      project: { [HEADERS_VARIABLE]: `X-API-Key: ${custom}` },
    },
    "both, beside a key": { environment: { [KEY]: "key", [HEADERS_VARIABLE]: both } },
    "both, beside an auth token": { environment: { [AUTH]: "token" }, user: { [HEADERS_VARIABLE]: both } },
  });

  const arrived = Object.entries(clients).map(([name, client]) => [name, client.arrived] as const);
  expect(Object.fromEntries(arrived)).toEqual({
    "beside a key": [{ key: custom }],
    "both, beside a key": [{ authorization: custom, key: custom }],
    "both, beside an auth token": [{ authorization: "token", key: custom }],
  });
  for (const { sources } of Object.values(clients))
    expect(has(modeConflicts(sources, "none"), "credential-header")).toBe(true);
});

it("a base URL in settings is asked, and not the one of the environment", async () => {
  const nobody = { [BASE_URL_VARIABLE]: "http://127.0.0.1:9" };
  const clients = await askClients({
    "project-overrides": { environment: [AUTH], project: nobody },
    "settings-beat-shell": { environment: [AUTH], user: nobody },
  });

  for (const kind of ["project-overrides", "settings-beat-shell"] as const) {
    expect(clients[kind].arrived).toEqual([]);
    expect(has(modeConflicts(clients[kind].sources, "none"), kind)).toBe(true);
  }
});
