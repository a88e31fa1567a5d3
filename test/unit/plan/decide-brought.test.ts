import { expect, test } from "vitest";
import { parseCredential } from "../../../src/inspect/credential.ts";
import { decideBrought, type BringRule } from "../../../src/plan/decide-brought.ts";
import { BLANK, login } from "../../support/login.ts";
import { HOUR, NOW } from "../../support/machine.ts";

const LONG = login("long", 20);
const SHORT = login("short", 2);
const ACCESS_ONLY = login("access", 30, { refreshToken: undefined });
const ENDED = login("ended", 30, { scopes: [] });
const DEAD = login("dead", -1, { refreshTokenExpiresAt: NOW - HOUR });

interface Case {
  readonly what: string;
  readonly there: string | null;
  readonly brought: string | null;
  readonly rule?: Partial<BringRule>;
  readonly winner: "store" | "incoming";
}

test.each<Case>([
  { what: "the later one wins", there: SHORT, brought: LONG, winner: "incoming" },
  { what: "an earlier one stays out", there: LONG, brought: SHORT, winner: "store" },
  { what: "of equals the one that is there stays", there: LONG, brought: LONG, winner: "store" },
  {
    what: "one that works beats a later one without scope",
    there: ENDED,
    brought: SHORT,
    winner: "incoming",
  },
  {
    what: "one that works beats one that has ended for good",
    there: DEAD,
    brought: SHORT,
    winner: "incoming",
  },
  { what: "one that works beats a blank one", there: BLANK, brought: SHORT, winner: "incoming" },
  { what: "one that works beats none", there: null, brought: SHORT, winner: "incoming" },
  { what: "one that logs nobody in stays out", there: SHORT, brought: ENDED, winner: "store" },
  { what: "a malformed one stays out", there: SHORT, brought: "{", winner: "store" },
  { what: "none changes nothing", there: BLANK, brought: null, winner: "store" },
  { what: "one that cannot renew itself stays out", there: SHORT, brought: ACCESS_ONLY, winner: "store" },
  {
    ...{ what: "one that cannot renew itself stays out, also of another account", winner: "store" },
    ...{ there: SHORT, brought: ACCESS_ONLY, rule: { kind: "fresh", isOtherAccount: true } },
  },
  {
    ...{ what: "a fresh one of another account wins", winner: "incoming" },
    ...{ there: LONG, brought: SHORT, rule: { kind: "fresh", isOtherAccount: true } },
  },
  {
    ...{ what: "another account alone does not win", winner: "store" },
    ...{ there: LONG, brought: SHORT, rule: { isOtherAccount: true } },
  },
  {
    ...{ what: "a fresh one wins over one that cannot renew itself", winner: "incoming" },
    ...{ there: ACCESS_ONLY, brought: SHORT, rule: { kind: "fresh" } },
  },
  {
    ...{ what: "one that renews itself wins over the same without that", winner: "incoming" },
    ...{ there: login("a", 8, { refreshToken: "" }), brought: login("a") },
  },
  {
    ...{ what: "a fresh one does not win over a better one of the same account", winner: "store" },
    ...{ there: LONG, brought: SHORT, rule: { kind: "fresh" } },
  },
  {
    ...{ what: "a forced one wins over a better one", winner: "incoming" },
    ...{ there: LONG, brought: ACCESS_ONLY, rule: { kind: "forced" } },
  },
  {
    ...{ what: "a forced one wins whatever it is", winner: "incoming" },
    ...{ there: LONG, brought: BLANK, rule: { kind: "forced" } },
  },
  {
    ...{ what: "nothing is not forced on anybody", winner: "store" },
    ...{ there: LONG, brought: '{"mcpOAuth":{}}', rule: { kind: "forced" } },
  },
])("$what", ({ there, brought, rule, winner }) => {
  const decision = decideBrought(parseCredential(there), parseCredential(brought), {
    ...{ kind: "better", isOtherAccount: false, now: NOW },
    ...rule,
  });
  expect(decision.winner).toBe(winner);
});

test("nothing is put over one that cannot be read, not even by force", () => {
  const rule = { kind: "forced", isOtherAccount: false, now: NOW } as const;
  const there = { state: "unreadable", errnoCode: "EACCES" } as const;
  expect(decideBrought(there, parseCredential(LONG), rule).winner).toBe("store");
});
