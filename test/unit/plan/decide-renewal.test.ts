import { describe, expect, test } from "vitest";
import type { Credential, CredentialFacts } from "../../../src/inspect/credential.ts";
import { decideRenewal, judgeRenewal } from "../../../src/plan/decide-renewal.ts";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

function valid(facts: Partial<CredentialFacts> = {}): Credential {
  return {
    ...{ state: "valid", expiresAt: NOW + 480 * MINUTE, refreshTokenExpiresAt: null, hasRefreshToken: true },
    ...{ scopes: ["user:inference"], subscriptionType: "max" },
    ...facts,
  };
}

describe("decideRenewal, for a token that is to last 30 minutes", () => {
  test.each<[string, Credential, object]>([
    ["a token of 8 hours", valid(), { kind: "lasts", until: NOW + 480 * MINUTE }],
    ["exactly as long", valid({ expiresAt: NOW + 30 * MINUTE }), { kind: "lasts" }],
    ["a token without an end", valid({ expiresAt: null }), { kind: "lasts", until: null }],
    ["one of 29 minutes", valid({ expiresAt: NOW + 29 * MINUTE }), { kind: "renew", isDue: false }],
    ["one of 4 minutes", valid({ expiresAt: NOW + 4 * MINUTE }), { kind: "renew", isDue: false }],
    ["an expired one", valid({ expiresAt: NOW - 1 }), { kind: "renew", isDue: true }],
    [
      "an expired one whose login ends later",
      valid({ expiresAt: NOW - 1, refreshTokenExpiresAt: NOW + 1 }),
      { kind: "renew", isDue: true },
    ],
    [
      "a login that has ended",
      valid({ expiresAt: NOW - 1, refreshTokenExpiresAt: NOW }),
      { kind: "log-in", why: "ended" },
    ],
    [
      "one that ends soon, without a refresh token",
      valid({ expiresAt: NOW + MINUTE, hasRefreshToken: false }),
      { kind: "log-in", why: "no-refresh-token" },
    ],
    ["one that lasts, without a refresh token", valid({ hasRefreshToken: false }), { kind: "lasts" }],
    ["no scope that helps", valid({ scopes: ["user:profile"] }), { kind: "log-in", why: "scopes" }],
    ["nobody logged in", { state: "absent" }, { kind: "log-in", why: "absent" }],
    ["a file that is none", { state: "malformed" }, { kind: "log-in", why: "malformed" }],
    ["a refused login", { ...valid(), state: "blank" } as Credential, { kind: "log-in", why: "blank" }],
    [
      "a file that cannot be read",
      { state: "unreadable", errnoCode: "EACCES" },
      { kind: "unreadable", errnoCode: "EACCES" },
    ],
  ])("%s", (_what, credential, decision) => {
    expect(decideRenewal(credential, NOW, 30 * MINUTE)).toMatchObject(decision);
  });
});

test.each<[string, Credential, boolean, string]>([
  ["another token", valid(), false, "renewed"],
  ["the same token", valid(), true, "unchanged"],
  ["a login that the server refused", { ...valid(), state: "blank" } as Credential, false, "refused"],
  ["a login that somebody removed", { state: "absent" }, false, "unchanged"],
])("judgeRenewal: %s", (_what, after, isSame, judged) => {
  expect(judgeRenewal(after, isSame)).toBe(judged);
});
