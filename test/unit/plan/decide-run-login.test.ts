import { expect, test } from "vitest";
import type { Credential, CredentialFacts } from "../../../src/inspect/credential.ts";
import { decideRunLogin } from "../../../src/plan/decide-run-login.ts";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

function valid(minutes: number | null, facts: Partial<CredentialFacts> = {}): Credential {
  return {
    ...{ state: "valid", expiresAt: minutes === null ? null : NOW + minutes * MINUTE },
    ...{ refreshTokenExpiresAt: null, hasRefreshToken: true, scopes: ["user:inference"] },
    ...{ subscriptionType: null, ...facts },
  };
}

const ALONE = { hasRefreshToken: false };

test.each<[string, Credential, boolean, boolean, object]>([
  ["a store of ours, a client that takes it", valid(480), true, true, { kind: "shared" }],
  ["the same with an expired access token", valid(-1), true, true, { kind: "shared" }],
  ["an older client", valid(480), true, false, { kind: "copied", renewFirst: false, fixed: false }],
  ["an older client, 20 minutes left", valid(20), true, false, { kind: "copied", renewFirst: true }],
  ["an older client, expired", valid(-1), true, false, { kind: "copied", renewFirst: true }],
  [
    "a source that cannot be written",
    valid(20),
    false,
    true,
    { kind: "copied", renewFirst: false, fixed: true },
  ],
  ["the same, expired", valid(-1), false, true, { kind: "gone", why: "not-here" }],
  ["an access token alone", valid(20, ALONE), true, true, { kind: "copied", fixed: true }],
  ["an access token alone without an end", valid(null, ALONE), true, true, { kind: "copied", endsAt: null }],
  ["an access token alone, expired", valid(-1, ALONE), true, true, { kind: "gone", why: "no-refresh-token" }],
  [
    "a login that has ended",
    valid(-1, { refreshTokenExpiresAt: NOW }),
    true,
    true,
    { kind: "gone", why: "ended" },
  ],
  ["no scope that helps", valid(480, { scopes: [] }), true, true, { kind: "gone", why: "scopes" }],
  ["nobody logged in", { state: "absent" }, true, true, { kind: "gone", why: "absent" }],
  [
    "a file that cannot be read",
    { state: "unreadable", errnoCode: "EACCES" },
    false,
    true,
    { kind: "unreadable", errnoCode: "EACCES" },
  ],
])("decideRunLogin: %s", (_what, credential, renewable, clientTakesStore, expected) => {
  expect(decideRunLogin({ credential, renewable, clientTakesStore }, NOW, 30 * MINUTE)).toMatchObject(
    expected,
  );
});
