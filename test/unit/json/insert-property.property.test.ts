import fc from "fast-check";
import { createScanner, parse } from "jsonc-parser";
import { expect, test } from "vitest";
import { insertProperty } from "../../../src/json/insert-property.ts";
import { decodeJson, encodeJson } from "../../../src/init/json-text.ts";
import { parseConfig } from "../../../src/init/parse-config.ts";
import { readStyle } from "../../../src/json/text-style.ts";

const KEY = "./claude-credentials";

/** White space and comments, as a person may strew them between any two tokens. */
function trivia(eol: string): fc.Arbitrary<string> {
  const comment = fc.stringMatching(/^[ a-z"{},:.é😀-]{0,8}$/u);
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom("", " ", "  ", "\t", eol, eol + eol, `${eol}  `, `${eol}\t\t`) },
    comment.map((text) => `// ${text}${eol}`),
    comment.map((text) => `/* ${text.replaceAll("*/", "")} */`),
    comment.map((text) => `/*${eol}${text.replaceAll("*/", "")}${eol}*/`),
  );
  return fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join(""));
}

/** A whole devcontainer.json in JSONC: random entries, trivia everywhere, trailing commas, one kind of line end. */
const config: fc.Arbitrary<string> = fc.constantFrom("\n", "\r\n", "\r").chain((eol) => {
  const blank = trivia(eol);
  const scalar = fc
    .oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
    .map((value) => JSON.stringify(value));
  const key = fc.oneof(
    fc.string(),
    fc.constantFrom("image", "name", "ghcr.io/devcontainers/features/node:1"),
  );
  const object = (value: fc.Arbitrary<string>, keys: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc
      .tuple(
        fc.uniqueArray(fc.tuple(keys, value, blank, blank, blank, blank), {
          maxLength: 4,
          selector: ([name]) => name,
        }),
        blank,
        fc.boolean(),
      )
      .map(([entries, end, trailingComma]) => {
        const parts = entries.map(
          ([name, text, a, b, c, d]) => `${a}${JSON.stringify(name)}${b}:${c}${text}${d}`,
        );
        return `{${parts.join(",")}${trailingComma && parts.length > 0 ? "," : ""}${end}}`;
      });
  const flat = object(scalar, key);
  const own = key.filter((name) => name !== "features" && !name.endsWith("claude-credentials"));
  const features = fc.option(object(flat, own), { nil: null });
  return fc
    .tuple(object(fc.oneof(scalar, flat), own), features, blank, blank, blank, fc.boolean())
    .map(([root, inner, before, behind, gap, first]) => {
      if (inner === null) return `${before}${root}${behind}`;
      const body = root.slice(1, -1);
      const entry = `"features"${gap}:${inner}`;
      const isEmpty = Object.keys(parse(root) as object).length === 0;
      if (isEmpty) return `${before}{${gap}${entry}${body}}${behind}`;
      return first
        ? `${before}{${gap}${entry},${body}}${behind}`
        : `${before}${withLast(root, entry)}${behind}`;
    });
});

/** Puts an entry behind the last one of a non-empty object, keeping a trailing comma where there is one. */
function withLast(root: string, entry: string): string {
  const { root: node } = parseConfig(root, "generated");
  const last = node.children?.at(-1);
  const end = (last?.offset ?? 0) + (last?.length ?? 0);
  return `${root.slice(0, end)},${entry}${root.slice(end)}`;
}

function add(text: string): string {
  const { root, features } = parseConfig(text, "generated");
  const property = { key: KEY, value: [] };
  return features === null
    ? insertProperty(text, root, { key: "features", value: [property] }, readStyle(text, root))
    : insertProperty(text, features, property, readStyle(text, root));
}

function commentsOf(text: string): string[] {
  const scanner = createScanner(text, false);
  const comments: string[] = [];
  for (let kind: number = scanner.scan(); kind !== 17; kind = scanner.scan()) {
    if (kind === 12 || kind === 13)
      comments.push(
        text.slice(scanner.getTokenOffset(), scanner.getTokenOffset() + scanner.getTokenLength()),
      );
  }
  return comments;
}

/** True where all characters of `part` are in `text`, in order. */
function isSubsequence(part: string, text: string): boolean {
  let at = 0;
  for (const character of part) {
    at = text.indexOf(character, at) + character.length;
    if (at < character.length) return false;
  }
  return true;
}

/** The part of `before` that lies between the first and the last difference from `after`. */
function changedPart(before: string, after: string): string {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return before.slice(head, before.length - tail);
}

function lineEndsOf(text: string): Set<string> {
  return new Set(text.match(/\r\n|\n|\r/g) ?? []);
}

const RUNS = 250;

test(
  "whatever the file: the Feature is in it, all else means and reads the same",
  { timeout: 60_000 },
  () => {
    fc.assert(
      fc.property(config, fc.boolean(), (before, hasByteOrderMark) => {
        const bytes = Buffer.from((hasByteOrderMark ? "\uFEFF" : "") + before, "utf8");
        const decoded = decodeJson(bytes, "generated");
        expect(encodeJson(decoded).equals(bytes)).toBe(true);
        expect(decoded).toEqual({ text: before, hasByteOrderMark });

        const after = add(before);
        const value = parse(before) as { features?: Record<string, unknown> };
        expect(parseConfig(after, "generated").features).not.toBeNull();
        expect(parse(after)).toEqual({ ...value, features: { ...value.features, [KEY]: {} } });
        expect(commentsOf(after)).toEqual(commentsOf(before));
        if (lineEndsOf(before).size === 1) expect(lineEndsOf(after)).toEqual(lineEndsOf(before));

        // Only blanks inside an object that held nothing else may have gone.
        expect(isSubsequence(before.replace(/\{[ \t]+\}/g, "{}"), after)).toBe(true);
        // What is added is a comma and one run of characters: between the two, comments and a later comma at most.
        const between = changedPart(before, after).replace(/\/\*[^]*?\*\/|\/\/[^\r\n]*/g, "");
        expect(between.replace(/^[/*]+|[/*]+$/g, "").trim()).toMatch(/^,?$/);
      }),
      { numRuns: RUNS },
    );
  },
);
