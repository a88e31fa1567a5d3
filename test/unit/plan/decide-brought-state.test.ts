import { describe, expect, test } from "vitest";
import { decideBroughtState, isOtherAccount } from "../../../src/plan/decide-brought-state.ts";
import { parseStateFile, type StateFile } from "../../../src/plan/decide-state.ts";
import { state } from "../../support/login.ts";

const ANNA = parseStateFile(state("anna@example.com", { numStartups: 7 }));
const BEN_FACTS = { oauthAccount: { emailAddress: "ben@example.com" }, hasCompletedOnboarding: true };
const BEN = parseStateFile(JSON.stringify(BEN_FACTS));
const ABSENT: StateFile = { state: "absent" };

describe("a state file that is brought on purpose", () => {
  test("gives its account with its login, and all else stays; the old one is kept", () => {
    const decision = decideBroughtState(ANNA, BEN, [], { takesAccount: true });
    expect(decision).toMatchObject({
      content: { ...BEN_FACTS, numStartups: 7, theme: "dark", projects: {} },
      backUpStore: true,
      backUpIncoming: false,
    });
  });

  test("without its login only fills what is missing, and is kept for what it says otherwise", () => {
    expect(decideBroughtState(ANNA, BEN, [], { takesAccount: false })).toMatchObject({
      ...{ content: "store", backUpStore: false, backUpIncoming: true },
    });
  });

  test("of the same account replaces what was known of it, and nothing is kept", () => {
    const newer = { ...BEN_FACTS, oauthAccount: { emailAddress: "ben@example.com", seatTier: "pro" } };
    const decision = decideBroughtState(BEN, parseStateFile(JSON.stringify(newer)), [], {
      takesAccount: true,
    });
    expect(decision).toMatchObject({ content: newer, backUpStore: false, backUpIncoming: false });
  });

  test("is taken whole where there is none", () => {
    expect(decideBroughtState(ABSENT, BEN, [], { takesAccount: true })).toMatchObject({
      content: "incoming",
    });
  });

  test("gives its account to a backup that takes a malformed one's place", () => {
    const backup = { numStartups: 1, oauthAccount: { emailAddress: "anna@example.com" } };
    const decision = decideBroughtState({ state: "malformed" }, BEN, [backup], { takesAccount: true });
    expect(decision).toMatchObject({ content: { ...BEN_FACTS, numStartups: 1 }, backUpStore: true });
  });
});

test.each([
  [{ accountUuid: "1", emailAddress: "a" }, { accountUuid: "2", emailAddress: "a" }, true],
  [{ accountUuid: "1" }, { accountUuid: "1" }, false],
  [{ emailAddress: "a" }, { emailAddress: "b" }, true],
  [{ emailAddress: "a" }, { accountUuid: "1" }, false],
  [undefined, { emailAddress: "b" }, false],
])("accounts %j and %j: known to be different: %s", (one, other, expected) => {
  expect(isOtherAccount({ oauthAccount: one }, { oauthAccount: other })).toBe(expected);
});
