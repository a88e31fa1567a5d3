import { describe, expect, test } from "vitest";
import {
  accountOf,
  decideState,
  fillLoginFacts,
  parseStateFile,
  pickLoginFacts,
  type StateFile,
} from "../../../src/plan/decide-state.ts";

const FULL = {
  oauthAccount: { emailAddress: "a@b" },
  hasCompletedOnboarding: true,
  theme: "dark",
  projects: { x: {} },
};
const absent: StateFile = { state: "absent" };
const malformed: StateFile = { state: "malformed" };
const valid = (document: Record<string, unknown>): StateFile => ({ state: "valid", document });

describe("the store's state file and another", () => {
  test.each([
    ["both absent", absent, absent, [], "store", false, false],
    ["the store has none", absent, valid(FULL), [], "incoming", false, false],
    ["the store has none, the other is malformed", absent, malformed, [], "store", false, true],
    ["the same, with a backup", absent, malformed, [{ theme: "b" }], { theme: "b" }, false, true],
    ["both absent, backups are no reason", absent, absent, [{ theme: "b" }], "store", false, false],
    ["nothing comes in", valid(FULL), absent, [], "store", false, false],
    ["the store's has all facts", valid(FULL), valid({ ...FULL, theme: "light" }), [], "store", false, true],
    [
      "the store's lacks facts",
      valid({ theme: "light" }),
      valid(FULL),
      [],
      { theme: "light", oauthAccount: FULL.oauthAccount, hasCompletedOnboarding: true },
      false,
      true,
    ],
    ["the other is malformed", valid(FULL), malformed, [], "store", false, true],
    ["the store's is malformed, nothing else", malformed, absent, [], {}, true, false],
    ["the store's is malformed, both are", malformed, malformed, [], {}, true, true],
    ["the store's is malformed, another comes", malformed, valid(FULL), [], "incoming", true, false],
    [
      "the store's is malformed, with backups",
      malformed,
      absent,
      [{ a: 1 }, { b: 1 }],
      { a: 1 },
      true,
      false,
    ],
    [
      "the store's is malformed, a backup lacks facts",
      malformed,
      valid(FULL),
      [{ theme: "light" }],
      { theme: "light", oauthAccount: FULL.oauthAccount, hasCompletedOnboarding: true },
      true,
      true,
    ],
  ] as const)("%s", (_, store, incoming, backups, content, backUpStore, backUpIncoming) => {
    const decision = decideState(store, incoming, backups);
    expect(decision).toMatchObject({ backUpStore, backUpIncoming });
    expect(decision.content).toEqual(content);
    expect(decision.reason).not.toBe("");
  });
});

test("filling takes login facts alone, never projects, and tells when nothing was missing", () => {
  expect(fillLoginFacts({}, FULL)).toEqual({
    oauthAccount: FULL.oauthAccount,
    hasCompletedOnboarding: true,
    theme: "dark",
  });
  expect(fillLoginFacts(FULL, { ...FULL, theme: "x", projects: {} })).toBeNull();
  expect(fillLoginFacts({ oauthAccount: null, hasCompletedOnboarding: false }, FULL)).toMatchObject({
    oauthAccount: FULL.oauthAccount,
    hasCompletedOnboarding: true,
  });
  expect(fillLoginFacts(FULL, { hasCompletedOnboarding: false, oauthAccount: null })).toBeNull();
});

test("login facts are picked, absent ones are left out", () => {
  expect(pickLoginFacts({ ...FULL, numStartups: 2 })).toEqual({
    oauthAccount: FULL.oauthAccount,
    hasCompletedOnboarding: true,
    theme: "dark",
  });
});

test.each([
  [null, "absent"],
  ["", "malformed"],
  ["[1]", "malformed"],
  ["null", "malformed"],
  ["{", "malformed"],
  ["{}", "valid"],
  ["\uFEFF{}", "valid"],
] as const)("the text %j is %s", (text, state) => {
  expect(parseStateFile(text).state).toBe(state);
});

test("an account is named by email and organization, as far as they are there", () => {
  expect(accountOf({})).toBeNull();
  expect(accountOf({ oauthAccount: null })).toBeNull();
  expect(accountOf({ oauthAccount: "a@b" })).toBeNull();
  expect(accountOf({ oauthAccount: {} })).toEqual({ email: null, organization: null });
  expect(accountOf({ oauthAccount: { emailAddress: "a@b", organizationName: 5 } })).toEqual({
    email: "a@b",
    organization: null,
  });
});
