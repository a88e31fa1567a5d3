import { expect, test } from "vitest";
import { isNewerVersion } from "../../../src/init/version-order.ts";

test.each([
  ["1.0.1", "1.0.0", true],
  ["1.10.0", "1.9.9", true],
  ["2.0.0", "1.99.99", true],
  ["1.0.0", "1.0.0", false],
  ["0.9.9", "1.0.0", false],
  ["1.0.0", "1.0.1", false],
  [null, "1.0.0", false],
  ["new", "1.0.0", false],
])("%s is newer than %s: %s", (version, than, expected) => {
  expect(isNewerVersion(version, than)).toBe(expected);
});
