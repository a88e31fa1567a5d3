import { describe, expect, test } from "vitest";
import type { Credential, CredentialFacts } from "../../../src/inspect/credential.ts";
import { compareCredentials, decideCredential } from "../../../src/plan/decide-credential.ts";

const facts: CredentialFacts = {
  expiresAt: 10,
  refreshTokenExpiresAt: null,
  hasRefreshToken: true,
  scopes: [],
  subscriptionType: null,
};
const ALL: Readonly<Record<string, Credential>> = {
  absent: { state: "absent" },
  malformed: { state: "malformed" },
  blank: { state: "blank", ...facts, expiresAt: 0 },
  "valid, early": { state: "valid", ...facts },
  "valid, late": { state: "valid", ...facts, expiresAt: 20 },
  "valid, for ever": { state: "valid", ...facts, expiresAt: null },
};
const UNREADABLE: Credential = { state: "unreadable", errnoCode: "EACCES" };

/** Which incoming ones take the place of which in the store: everything else leaves the store's. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  absent: ["malformed", "blank", "valid, early", "valid, late", "valid, for ever"],
  malformed: ["valid, early", "valid, late", "valid, for ever"],
  blank: ["valid, early", "valid, late", "valid, for ever"],
  "valid, early": ["valid, late", "valid, for ever"],
  "valid, late": ["valid, for ever"],
  "valid, for ever": [],
};

const pairs = Object.keys(ALL).flatMap((store) =>
  Object.keys(ALL).map((incoming) => [store, incoming] as const),
);

describe("of two credentials", () => {
  test.each(pairs)("the store's %s, the incoming %s", (store, incoming) => {
    const [a, b] = [ALL[store], ALL[incoming]];
    if (a === undefined || b === undefined) throw new Error("no such credential");
    const decision = decideCredential(a, b);
    expect(decision.winner).toBe(TAKEN[store]?.includes(incoming) === true ? "incoming" : "store");
    expect(decision.reason).not.toBe("");
  });

  test.each(Object.keys(ALL))("over an unreadable one nothing is put: %s", (incoming) => {
    expect(decideCredential(UNREADABLE, ALL[incoming] ?? UNREADABLE).winner).toBe("store");
  });

  test("an unreadable one never comes in over a valid one", () => {
    expect(decideCredential({ state: "valid", ...facts }, UNREADABLE).winner).toBe("store");
  });
});

test("the best comes first", () => {
  const order = ["valid, for ever", "valid, late", "valid, early", "blank", "malformed", "absent"];
  const shuffled = ["blank", "valid, early", "absent", "valid, for ever", "malformed", "valid, late"];
  const sorted = shuffled.sort((a, b) => compareCredentials(ALL[a] ?? UNREADABLE, ALL[b] ?? UNREADABLE));
  expect(sorted).toEqual(order);
  expect(compareCredentials(ALL["blank"] ?? UNREADABLE, ALL["blank"] ?? UNREADABLE)).toBe(0);
});
