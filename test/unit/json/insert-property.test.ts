import { describe, expect, test } from "vitest";
import { insertProperty } from "../../../src/json/insert-property.ts";
import { parseConfig } from "../../../src/init/parse-config.ts";
import { readStyle } from "../../../src/json/text-style.ts";

/** Adds the Feature the way `init` does. */
function add(text: string): string {
  const { root, features } = parseConfig(text, "devcontainer.json");
  const style = readStyle(text, root);
  const property = { key: "./cc", value: [] };
  return features === null
    ? insertProperty(text, root, { key: "features", value: [property] }, style)
    : insertProperty(text, features, property, style);
}

const lines = (...all: string[]): string => all.join("\n");

const CASES: Record<string, readonly [before: string, after: string]> = {
  "an empty object gets a block": ["{}", lines("{", '  "features": {', '    "./cc": {}', "  }", "}")],
  "an object with blanks in it loses them": [
    "{  }\n",
    lines("{", '  "features": {', '    "./cc": {}', "  }", "}", ""),
  ],
  "an object with a line break in it keeps that": [
    "{\n}\n",
    lines("{", '  "features": {', '    "./cc": {}', "  }", "}", ""),
  ],
  "one line without blanks stays so": ['{"image":"x"}', '{"image":"x","features":{"./cc":{}}}'],
  "one line with blanks stays so": ['{ "image": "x" }', '{ "image": "x", "features": { "./cc": {} } }'],
  "one line, empty features": ['{ "features": {} }', '{ "features": { "./cc": {} } }'],
  "one line, features with an entry": ['{"features":{"a":{}}}', '{"features":{"a":{},"./cc":{}}}'],
  "one line, trailing comma": ['{ "features": { "a": {}, } }', '{ "features": { "a": {}, "./cc": {}, } }'],
  "one line, comment behind the last": [
    '{ "features": { "a": {} /* last */ } }',
    '{ "features": { "a": {} /* last */, "./cc": {} } }',
  ],
  "a file of tabs": [
    lines("{", '\t"image": "x"', "}", ""),
    lines("{", '\t"image": "x",', '\t"features": {', '\t\t"./cc": {}', "\t}", "}", ""),
  ],
  "four spaces": [
    lines("{", '    "features": {', '        "a": {}', "    }", "}"),
    lines("{", '    "features": {', '        "a": {},', '        "./cc": {}', "    }", "}"),
  ],
  "a trailing comma stays the style": [
    lines("{", '  "features": {', '    "a": {},', "  },", "}"),
    lines("{", '  "features": {', '    "a": {},', '    "./cc": {},', "  },", "}"),
  ],
  "a comment behind the last entry stays behind it": [
    lines("{", '  "image": "x" // why x', "}"),
    lines("{", '  "image": "x", // why x', '  "features": {', '    "./cc": {}', "  }", "}"),
  ],
  "comment and trailing comma": [
    lines("{", '  "features": {', '    "a": {}, /* one */ // two  ', "  }", "}"),
    lines("{", '  "features": {', '    "a": {}, /* one */ // two  ', '    "./cc": {},', "  }", "}"),
  ],
  "a trailing comma on a line of its own": [
    lines("{", '  "image": "x"', "  , // odd", "}"),
    lines("{", '  "image": "x"', "  , // odd", '  "features": {', '    "./cc": {}', "  },", "}"),
  ],
  "commas first": [
    lines('{ "image": "x"', ', "name": "y"', "}"),
    lines('{ "image": "x"', ', "name": "y",', '  "features": {', '    "./cc": {}', "  }", "}"),
  ],
  "entries commented out below the last stay there": [
    lines(
      "{",
      '\t"image": "x"',
      "",
      "\t// Uncomment to connect as root instead.",
      '\t// "remoteUser": "root"',
      "}",
      "",
    ),
    lines(
      "{",
      '\t"image": "x",',
      '\t"features": {',
      '\t\t"./cc": {}',
      "\t}",
      "",
      "\t// Uncomment to connect as root instead.",
      '\t// "remoteUser": "root"',
      "}",
      "",
    ),
  ],
  "empty features in a file of many lines": [
    lines("{", '  "features": {},', '  "image": "x"', "}"),
    lines("{", '  "features": {', '    "./cc": {}', "  },", '  "image": "x"', "}"),
  ],
  "features with nothing but a comment": [
    lines("{", '  "features": {', '    // "a": {}', "  }", "}"),
    lines("{", '  "features": {', '    // "a": {}', '    "./cc": {}', "  }", "}"),
  ],
  "features with nothing but a comment on the line": [
    lines("{", '  "features": { /* none */ },', '  "image": "x"', "}"),
    lines("{", '  "features": { /* none */ "./cc": {} },', '  "image": "x"', "}"),
  ],
  "the brace on the line of the last entry": [
    lines('{ "image": "x",', '  "name": "y" }'),
    lines('{ "image": "x",', '  "name": "y",', '  "features": {', '    "./cc": {}', "  } }"),
  ],
  "features on one line in a file of many": [
    lines("{", '  "features": { "a": {} },', '  "image": "x"', "}"),
    lines("{", '  "features": { "a": {}, "./cc": {} },', '  "image": "x"', "}"),
  ],
  "a comment of several lines behind the last entry": [
    lines("{", '  "image": "x" /* a', "  b */", "}"),
    lines("{", '  "image": "x", /* a', "  b */", '  "features": {', '    "./cc": {}', "  }", "}"),
  ],
  "blanks at the end of the line stay at its end": [
    lines("{", '  "image": "x",   ', "}"),
    lines("{", '  "image": "x",   ', '  "features": {', '    "./cc": {}', "  },", "}"),
  ],
  "no indentation at all": [
    lines("{", '"image": "x"', "}"),
    lines("{", '"image": "x",', '"features": {', '  "./cc": {}', "}", "}"),
  ],
  "comments before and behind the object": [
    lines("// For format details see http://x", '{ "image": "x" } // end'),
    lines("// For format details see http://x", '{ "image": "x", "features": { "./cc": {} } } // end'),
  ],
};

describe("a Feature is added in the style of the file", () => {
  test.each(Object.entries(CASES))("%s", (_, [before, after]) => {
    expect(add(before)).toBe(after);
  });

  test.each(Object.entries(CASES).filter(([, [before]]) => before.includes("\n")))(
    "CRLF: %s",
    (_, [before, after]) => {
      const crlf = (text: string): string => text.replaceAll("\n", "\r\n");
      expect(add(crlf(before))).toBe(crlf(after));
    },
  );
});

test("an object with several texts in it is laid out as the file is", () => {
  const env = {
    key: "env",
    value: [
      { key: "A", value: "1" },
      { key: "B", value: 'x"\n' },
    ],
  };
  const into = (text: string): string => {
    const { root } = parseConfig(text, "settings.json");
    return insertProperty(text, root, env, readStyle(text, root));
  };
  expect(into('{"a":1}')).toBe('{"a":1,"env":{"A":"1","B":"x\\"\\n"}}');
  expect(into('{ "a": 1 }')).toBe('{ "a": 1, "env": { "A": "1", "B": "x\\"\\n" } }');
  expect(into('{\n\t"a": 1\n}')).toBe(
    lines("{", '\t"a": 1,', '\t"env": {', '\t\t"A": "1",', '\t\t"B": "x\\"\\n"', "\t}", "}"),
  );
});
