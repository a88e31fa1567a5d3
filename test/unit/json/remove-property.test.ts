import fc from "fast-check";
import { parse, parseTree } from "jsonc-parser";
import { expect, test } from "vitest";
import { insertProperty } from "../../../src/json/insert-property.ts";
import { removeProperty } from "../../../src/json/remove-property.ts";
import { readStyle } from "../../../src/json/text-style.ts";

/** Takes the property of that name out of the outermost object. */
function remove(text: string, name: string): string {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const property = root?.children?.find(({ children }) => children?.[0]?.value === name);
  if (root === undefined || property === undefined) throw new Error(`no ${name} in ${text}`);
  return removeProperty(text, root, property);
}

const lines = (...all: string[]): string => all.join("\n");

const CASES: Record<string, readonly [before: string, after: string]> = {
  "the only one": ['{"x": 1}', "{}"],
  "the only one, on a line of its own": ['{\n  "x": 1\n}\n', "{}\n"],
  "the only one, with a comma": ['{ "x": 1, }', "{}"],
  "the only one, with a comment behind it": [lines("{", '  "x": 1 // one', "}"), lines("{", "}")],
  "the only one, with a comment before it": [
    lines("{", "  // one", '  "x": 1', "}"),
    lines("{", "  // one", "}"),
  ],
  "the first of a line": ['{"x": 1, "b": 2}', '{"b": 2}'],
  "one inside a line": ['{ "a": 1, "x": 1, "b": 2 }', '{ "a": 1, "b": 2 }'],
  "the last of a line": ['{ "a": 1, "x": 1 }', '{ "a": 1 }'],
  "the last of a line, with a comma": ['{ "a": 1, "x": 1, }', '{ "a": 1, }'],
  "the last of a line without blanks": ['{"a":1,"x":1}', '{"a":1}'],
  "the first line": [lines("{", '  "x": 1,', '  "b": 2', "}"), lines("{", '  "b": 2', "}")],
  "a line inside": [
    lines("{", '  "a": 1,', '  "x": [', "  ],", '  "b": 2', "}"),
    lines("{", '  "a": 1,', '  "b": 2', "}"),
  ],
  "the last line": [lines("{", '  "a": 1,', '  "x": 1', "}"), lines("{", '  "a": 1', "}")],
  "the last line, with a comma": [lines("{", '  "a": 1,', '  "x": 1,', "}"), lines("{", '  "a": 1,', "}")],
  "the last line, with Windows' line ends": ['{\r\n  "a": 1,\r\n  "x": 1\r\n}\r\n', '{\r\n  "a": 1\r\n}\r\n'],
  "the last line, with comments around": [
    lines("{", '  "a": 1, // a', "  // b", '  "x": 1 // x', "  // c", "}"),
    lines("{", '  "a": 1 // a', "  // b", "  // c", "}"),
  ],
  "the last line, with a comment before the comma": [
    lines("{", '  "a": 1 /* , */ ,', '  "x": 1', "}"),
    lines("{", '  "a": 1 /* , */ ', "}"),
  ],
  "the first of a line that others are on": [
    lines("{", '  "x": 1, "b": 2,', '  "c": 3', "}"),
    lines("{", '  "b": 2,', '  "c": 3', "}"),
  ],
};

test.each(Object.entries(CASES))("%s goes, and all else stays", (_, [before, after]) => {
  expect(remove(before, "x")).toBe(after);
});

const entry = fc.tuple(
  fc.constantFrom("a", "b", "c", "d"),
  fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.string()).map((value) => JSON.stringify(value)),
);
const gap = fc.constantFrom("", " ", "\n", "\n  ", "\n\t", " /* c */ ", "\n  // c\n  ");
/** Objects of JSON with comments, laid out in any way. */
const text = fc
  .tuple(
    fc.uniqueArray(entry, { selector: ([name]) => name }),
    fc.array(gap, { minLength: 20, maxLength: 20 }),
    fc.boolean(),
  )
  .map(([entries, gaps, hasComma]) => {
    let at = 0;
    const next = (): string => gaps[at++] ?? "";
    const parts = entries.map(([name, value]) => `${next()}"${name}":${next()}${value}${next()}`);
    return `{${parts.join(",")}${hasComma && parts.length > 0 ? "," : ""}${next()}}`;
  });

test("whatever the layout: what remains means the same without it", () => {
  fc.assert(
    fc.property(text, fc.nat(), (before, choice) => {
      const value = parse(before) as Record<string, unknown>;
      const names = Object.keys(value);
      const name = names[choice % names.length];
      if (name === undefined) return;
      const rest = Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
      const errors: never[] = [];
      const after = remove(before, name);
      expect(parse(after, errors, { allowTrailingComma: true })).toEqual(rest);
      expect(errors).toEqual([]);
    }),
    { numRuns: 2000 },
  );
});

/** Objects as programs and people lay them out. */
const usual = fc
  .tuple(
    fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { minKeys: 1, noNullPrototype: true }),
    fc.constantFrom(undefined, 1, 2, 4, "\t"),
    fc.constantFrom("\n", "\r\n"),
    fc.boolean(),
  )
  .map(
    ([value, indent, eol, hasEnd]) =>
      JSON.stringify(value, null, indent).replaceAll("\n", eol) + (hasEnd ? eol : ""),
  );

test("what was just added to a usual layout goes without a trace", () => {
  fc.assert(
    fc.property(usual, fc.constantFrom("1", [{ key: "A", value: "1" }]), (before, value) => {
      const root = parseTree(before);
      if (root === undefined) throw new Error("not parsed");
      const added = insertProperty(before, root, { key: "x new", value }, readStyle(before, root));
      expect(remove(added, "x new")).toBe(before);
    }),
    { numRuns: 1000 },
  );
});
