import { describe, expect, test } from "vitest";
import { DAY_MS, isDayAgo, nextLook } from "../../../src/plan/next-look.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const HOUR_MS = DAY_MS / 24;

describe("the next look is due", () => {
  test.each([
    ["in a day, where nothing was ever said and the login has no end", 0, null, DAY_MS],
    ["in a day, where the login ends in a month", 0, 30 * DAY_MS, DAY_MS],
    ["when the login begins to need attention, where that is sooner", 0, 3 * DAY_MS + HOUR_MS, HOUR_MS],
    ["in a day, where the login needs attention already", 0, DAY_MS, DAY_MS],
    ["in a day, where it needs attention from now on", 0, 3 * DAY_MS, DAY_MS],
    ["in a day, where the login has ended", 0, -DAY_MS, DAY_MS],
    ["a day after something was said just now", NOW, null, DAY_MS],
    [
      "a day after something was said, whatever the login does",
      NOW - HOUR_MS,
      3 * DAY_MS + HOUR_MS,
      23 * HOUR_MS,
    ],
    ["in a day, where something was said a day ago", NOW - DAY_MS, null, DAY_MS],
    ["in a day, where something was said in what is the future now", NOW + HOUR_MS, null, DAY_MS],
  ])("%s", (_, said, ends, inMs) => {
    expect(nextLook(NOW, said, ends === null ? null : NOW + ends) - NOW).toBe(inMs);
  });

  test("never later than in a day, and never before now", () => {
    for (let hours = -100; hours < 200; hours += 1) {
      const due = nextLook(NOW, NOW - hours * HOUR_MS, NOW + hours * HOUR_MS) - NOW;
      expect(due).toBeGreaterThan(0);
      expect(due).toBeLessThanOrEqual(DAY_MS);
    }
  });
});

test.each([
  [0, false],
  [DAY_MS - 1, false],
  [DAY_MS, true],
  [-1, true],
])("%i ms is a day ago, or a clock that was set back: %s", (ago, expected) => {
  expect(isDayAgo(NOW - ago, NOW)).toBe(expected);
});
