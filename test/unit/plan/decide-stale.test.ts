import { expect, test } from "vitest";
import { isStaleLock, type LockSight } from "../../../src/plan/decide-stale.ts";

const NOW = 1_800_000_000_000;
const S = 1000;

const cases: readonly [what: string, sight: Omit<LockSight, "name">, stale: boolean][] = [
  ["proven dead, just made", { holder: "dead", modifiedAt: NOW, unmovedFor: 0 }, true],
  ["fresh, seen for the first time", { holder: "unknown", modifiedAt: NOW, unmovedFor: 0 }, false],
  ["an hour old, just seen", { holder: "unknown", modifiedAt: NOW - 3600 * S, unmovedFor: 0 }, false],
  [
    "an hour old, watched for 7.9 s",
    { holder: "unknown", modifiedAt: NOW - 3600 * S, unmovedFor: 7900 },
    false,
  ],
  ["an hour old, watched for 8 s", { holder: "unknown", modifiedAt: NOW - 3600 * S, unmovedFor: 8000 }, true],
  ["60 s old, watched for 8 s", { holder: "unknown", modifiedAt: NOW - 60 * S, unmovedFor: 8000 }, false],
  [
    "from an hour ahead, watched for 64 s",
    { holder: "unknown", modifiedAt: NOW + 3600 * S, unmovedFor: 64 * S },
    false,
  ],
  [
    "from an hour ahead, watched for 65 s",
    { holder: "unknown", modifiedAt: NOW + 3600 * S, unmovedFor: 65 * S },
    true,
  ],
  [
    "a living holder that was suspended",
    { holder: "alive", modifiedAt: NOW - 66 * S, unmovedFor: 65 * S },
    true,
  ],
];

test.each(cases)("E04: a lock %s", (_, sight, stale) => {
  expect(isStaleLock({ name: ".oauth_refresh.lock", ...sight }, NOW)).toBe(stale);
});

test.each([
  [14, false],
  [16, true],
])("the client's write lock, %i s old and watched for 8 s", (age, stale) => {
  const sight: LockSight = {
    holder: "unknown",
    modifiedAt: NOW - age * S,
    unmovedFor: 8000,
    name: ".storage-write.lock",
  };
  expect(isStaleLock(sight, NOW)).toBe(stale);
});
