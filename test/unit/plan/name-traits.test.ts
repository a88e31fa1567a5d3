import { expect, test } from "vitest";
import { findTwins, kindOfTwins, oddTraits } from "../../../src/plan/name-traits.ts";

const bytes = (...names: string[]): Buffer[] => names.map((name) => Buffer.from(name));

test.each([
  ["settings.json", []],
  ["-rf", []],
  ["..x", []],
  ["$(id)", []],
  ["a:b", [":"]],
  ["two\nlines", ["\n"]],
  ["...", ["a dot or blank at the end"]],
  ["n".repeat(255), ["long"]],
  ["\u{1f600}", ["a character beyond 16 bits"]],
])("B01: of the name %j only what not every file system takes is odd", (name, traits) => {
  expect(oddTraits(Buffer.from(name))).toEqual(traits);
});

test("B01: a byte that is no UTF-8 is odd", () => {
  expect(oddTraits(Buffer.from([0x61, 0xff]))).toEqual(["bytes that are no UTF-8"]);
});

test.each([
  ["A", "a", "case"],
  ["\u00c4", "\u00e4", "case beyond ASCII"],
  ["caf\u00e9", "cafe\u0301", "normalisation"],
  ["a", "A.", "other"],
])("C06: %j and %j are twins by %s", (first, second, kind) => {
  const twins = findTwins(bytes("x", first, "y", second));
  expect(twins).toEqual([bytes(first, second)]);
  expect(twins.map(kindOfTwins)).toEqual([kind]);
});

test("C06: names that differ otherwise, and broken ones, are no twins", () => {
  expect(findTwins([...bytes("a", "b", "a.txt"), Buffer.from([0xff]), Buffer.from([0xfe])])).toEqual([]);
});
