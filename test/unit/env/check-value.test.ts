import { expect, test } from "vitest";
import { whyNoHeader, whyNoValue } from "../../../src/env/check-value.ts";

test.each([
  ["", "is empty"],
  [" \t", "is empty"],
  ["a\nb", "has a line break in it"],
  ["a\r", "has a line break in it"],
  ["a\0b", "has a control character in it"],
  ["a\u001b[1mb", "has a control character in it"],
  ["a\u007f", "has a control character in it"],
  ["a\uFFFDb", "has bytes in it that are no UTF-8 text"],
  ["a\ud800", "has bytes in it that are no UTF-8 text"],
])("%j %s", (value, why) => {
  expect([whyNoValue(value), whyNoHeader(value)]).toEqual([why, why]);
});

test.each(["a", "a b\tc", "é", "'$x'"])("%j may be set, and sent", (value) => {
  expect([whyNoValue(value), whyNoHeader(value)]).toEqual([null, null]);
});

test.each(["漢", "😀"])("%j may be set, but no header carries it", (value) => {
  expect([whyNoValue(value), whyNoHeader(value)]).toEqual([
    null,
    "has characters in it that no header can carry",
  ]);
});
