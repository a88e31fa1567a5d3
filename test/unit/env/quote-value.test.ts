import { expect, test } from "vitest";
import { quoteValue } from "../../../src/env/quote-value.ts";

test.each([
  ["", "''"],
  ["abc", "'abc'"],
  ["it's", "'it'\\''s'"],
  ["a\\b", "'a'\\\\'b'"],
  ["a\nb", `'a'"\n"'b'`],
  ["a\n\nexport b", `'a'"\n""\n"'export b'`],
  ['$x `y` "z"', "'$x `y` \"z\"'"],
  ["\r", "'\r'"],
  ["valueOf", "'valueOf'"],
])("%j becomes %s", (value, quoted) => {
  expect(quoteValue(value)).toBe(quoted);
});

test("no line of a value begins with anything else than a quote", () => {
  const [, ...lines] = quoteValue("a\nexport b\n\n'c'\n# d\n").split("\n");
  expect(lines.map((line) => line.charAt(0))).toEqual(lines.map(() => '"'));
});

test.each(["a\0b", "a\ud800b", "\udc00"])("%j is refused: no environment can hold it", (value) => {
  expect(() => quoteValue(value)).toThrow("no environment can hold");
});
