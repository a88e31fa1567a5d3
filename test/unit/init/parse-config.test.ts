import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/errors.ts";
import { parseConfig } from "../../../src/init/parse-config.ts";

function faultOf(text: string): string {
  try {
    parseConfig(text, "F");
  } catch (error) {
    if (error instanceof UserError && error.exitCode === 1 && error.hint.includes("nothing was changed"))
      return error.message;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

const FAULTS: Record<string, readonly [text: string, message: string]> = {
  "an unclosed object": ['{\n  "a": 1\n', "F:3:1: expected '}', found the end of the file"],
  "a missing comma": ['{\n  "a": 1\n  "b": 2\n}', "F:3:3: expected ',' before the next entry, found \"b\""],
  "a missing comma, CRLF": [
    '{\r\n  "a": 1\r\n  "b": 2\r\n}',
    "F:3:3: expected ',' before the next entry, found \"b\"",
  ],
  "a name without quotes": ["{ a: 1 }", "F:1:3: expected a property name in double quotes, found a"],
  "single quotes": ["{ 'a': 1 }", "F:1:3: expected a property name in double quotes, found 'a'"],
  "two commas": ['{ "a": 1,, }', "F:1:10: expected a property name in double quotes, found ,"],
  "a value left out": ['{ "a": , "b": 2 }', "F:1:8: expected a value, found ,"],
  "a misspelt value": ['{ "a": tru }', "F:1:8: expected a value, found tru"],
  "a colon left out": ['{ "a" }', "F:1:7: expected ':' after the property name, found }"],
  "a text not closed": [
    '{ "a": "x\n}',
    "F:1:8: expected '\"' at the end of the text, on the same line, found \"x",
  ],
  "a token that is not closed": [
    '{ "a": "sk-ant-0123456789\n}',
    "F:1:8: expected '\"' at the end of the text, on the same line, found \"sk-…",
  ],
  "a token alone": ["sk-ant-0123456789", "F:1:1: expected an object '{', found sk-a…"],
  "a comment not closed": ['{ "a": 1 } /* x', "F:1:12: expected '*/' at the end of the comment, found /* x"],
  "a second object": ['{}\n{ "a": 1 }', "F:2:1: expected the end of the file, found {"],
  "a wrong escape": [
    '{ "a": "\\q" }',
    'F:1:8: expected one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u after the backslash, found "\\q"',
  ],
  "an array": ["[]", "F:1:1: expected an object '{', found an array"],
  "a text": ['\n"x"', "F:2:1: expected an object '{', found a string"],
  "an empty file": ["", "F:1:1: expected an object '{', the file is empty"],
  "blanks alone": [" \n ", "F:1:1: expected an object '{', the file is empty"],
  "comments alone": ["// x\n", "F:2:1: expected an object '{', found the end of the file"],
  "features that are a list": [
    '{ "features": ["a"] }',
    "F:1:15: expected an object '{' as \"features\", found an array",
  ],
  "features that are null": [
    '{\n"features": null }',
    "F:2:13: expected an object '{' as \"features\", found null",
  ],
  "features that are a text": [
    '{ "features": "a" }',
    "F:1:15: expected an object '{' as \"features\", found a string",
  ],
  "features twice": [
    '{ "features": {},\n "features": {} }',
    'F:2:2: expected one "features", found a second one, which hides the first',
  ],
};

describe("a malformed file is refused with the position of its fault", () => {
  test.each(Object.entries(FAULTS))("%s", (_, [text, message]) => {
    expect(faultOf(text)).toBe(message);
  });
});

test("comments and trailing commas are no fault", () => {
  const { features } = parseConfig('// x\n{ /* y */ "features": { "a": {}, }, } // z', "F");
  expect(features?.children).toHaveLength(1);
});

test("an empty file's hint is to delete it", () => {
  expect(() => parseConfig("", "F")).toThrow(
    expect.objectContaining({ hint: expect.stringContaining("delete it") as string }) as Error,
  );
});
