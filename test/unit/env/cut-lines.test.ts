import { expect, test } from "vitest";
import { cutLines } from "../../../src/env/cut-lines.ts";

/** Cuts the lines that begin with an X. */
function cut(text: string): string {
  return cutLines(
    text,
    [...text.matchAll(/X[^\n]*(?:\n|$)/g)].map(({ index, 0: line }) => ({
      start: index,
      end: index + line.length,
    })),
  );
}

test.each([
  ["a\n\nX\n", "a\n"],
  ["a\nX\n", "a"],
  ["\nX\n", ""],
  ["X\n", ""],
  ["X\nb\n", "b\n"],
  ["a\n\nX\nb\n", "a\nb\n"],
  ["a\nX\nb\n", "a\nb\n"],
  ["a\n\nX", "a\n"],
  ["a\n\nX\n\nX\n", "a\n"],
  ["a\nX\nX\nb", "a\nb"],
  ["a\nb\n", "a\nb\n"],
])("%j becomes %j", (text, rest) => {
  expect(cut(text)).toBe(rest);
});
