import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editSettingsEnv, readSettings } from "../../../src/env/settings-env.ts";

const NONE = new Map<string, string>();
const NO_NAMES = new Set<string>();
const set = (variables: Readonly<Record<string, string>>) => new Map(Object.entries(variables));

function added(text: string | null, variables: Readonly<Record<string, string>>): string | null {
  const edited = editSettingsEnv(text, set(variables), NO_NAMES);
  if (!("text" in edited)) throw new Error(edited.why);
  return edited.text;
}

function removed(text: string | null, ...names: string[]): string | null {
  const edited = editSettingsEnv(text, NONE, new Set(names));
  if (!("text" in edited)) throw new Error(edited.why);
  return edited.text;
}

describe("settings are read as Claude Code reads them:", () => {
  test("variables and a helper", () => {
    const text = '{"model": "x", "env": {"A": "1", "B": ""}, "apiKeyHelper": "echo x"}';
    expect(readSettings(text)).toEqual({ state: "valid", env: set({ A: "1", B: "" }), apiKeyHelper: "set" });
  });

  test.each(["", " \n", "{}", '\uFEFF{"model": "x"}'])("%j says nothing", (text) => {
    expect(readSettings(text)).toEqual({ state: "valid", env: NONE, apiKeyHelper: "absent" });
  });

  test("a value that is no text becomes one", () => {
    const { env } = readSettings('{"env": {"A": 1.50, "B": true, "C": null, "D": {"x": 1}, "E": ["y"]}}') as {
      env: ReadonlyMap<string, string>;
    };
    expect(env).toEqual(set({ A: "1.5", B: "true", C: "null", D: "[object Object]", E: "y" }));
  });

  test("of several the last one counts", () => {
    const text = '{"env": {"A": "1"}, "env": {"B": "1", "B": "2"}, "apiKeyHelper": "x", "apiKeyHelper": ""}';
    expect(readSettings(text)).toEqual({ state: "valid", env: set({ B: "2" }), apiKeyHelper: "empty" });
  });

  test.each([
    ["{", 1, "not JSON"],
    ['{\n"env": {"A": sk-secret}\n}', 2, "not JSON"],
    ['{"env": {"A": "sk-secret\n"}}', 1, "not JSON"],
    ["[]", 1, "no JSON object"],
    ['"sk-secret"', 1, "no JSON object"],
    ['{\n// sk-secret\n"env": {}}', 2, "a comment or a comma too many"],
    ['{\n"env": {"A": "sk-secret"},\n}', 3, "a comment or a comma too many"],
    ['{\n"env": ["sk-secret"]}', 2, 'an object as "env"'],
    ['{\n"env": null}', 2, 'an object as "env"'],
    ['{"env": {},\n\n"apiKeyHelper": 7}', 3, 'a text as "apiKeyHelper"'],
  ])("%j it ignores, for line %i: %s", (text, line, why) => {
    const read = readSettings(text);
    expect(read).toEqual({ state: "malformed", line, why: expect.stringContaining(why) as string });
    expect(JSON.stringify(read)).not.toContain("secret");
    expect(editSettingsEnv(text, set({ A: "1" }), NO_NAMES)).toEqual(read);
  });
});

test("whatever counts as settings here is JSON", () => {
  const text = fc.oneof(
    fc.json(),
    fc.stringMatching(/^[{}[\]":,\\/*\u00a0\u2028 \n\r\t0-9eE.+aentu-]{0,20}$/),
  );
  fc.assert(
    fc.property(text, (body) => {
      const read = readSettings(`{"x":${body}}`);
      if (read.state === "valid") expect(() => JSON.parse(`{"x":${body}}`) as unknown).not.toThrow();
    }),
    { numRuns: 5000 },
  );
});

describe("variables come", () => {
  test.each([
    ["into a new file", null, '{\n  "env": {\n    "A": "1",\n    "B": "2"\n  }\n}\n'],
    ["into an empty file", "", '{\n  "env": {\n    "A": "1",\n    "B": "2"\n  }\n}\n'],
    ["into an empty object", "{}\n", '{\n  "env": {\n    "A": "1",\n    "B": "2"\n  }\n}\n'],
    ["behind other keys", '{"model":"x"}', '{"model":"x","env":{"A":"1","B":"2"}}'],
    [
      "behind other variables",
      '{ "env": { "Z": 1 }, "a": [] }',
      '{ "env": { "Z": 1, "A": "1", "B": "2" }, "a": [] }',
    ],
    ["behind a byte order mark", '\uFEFF{"a":1}', '\uFEFF{"a":1,"env":{"A":"1","B":"2"}}'],
    ["in the place of older values", '{"env": {"A": "0", "B": {"x": 1}}}', '{"env": {"A": "1", "B": "2"}}'],
    [
      "with Windows' line ends",
      '{\r\n\t"a": 1\r\n}',
      '{\r\n\t"a": 1,\r\n\t"env": {\r\n\t\t"A": "1",\r\n\t\t"B": "2"\r\n\t}\r\n}',
    ],
    [
      "into the env that counts",
      '{"env": {}, "env": {"A": "1"}}',
      '{"env": {}, "env": {"A": "1", "B": "2"}}',
    ],
  ])("%s, once", (_, before, after) => {
    expect(added(before, { A: "1", B: "2" })).toBe(after);
    expect(editSettingsEnv(after, set({ A: "1", B: "2" }), NO_NAMES)).toEqual({ text: after, changed: [] });
  });

  test("and their names are told", () => {
    const edited = editSettingsEnv(
      '{"env":{"A":"1","C":"3"}}',
      set({ A: "1", B: "2" }),
      new Set(["A", "C", "D"]),
    );
    expect(edited).toEqual({ text: '{"env":{"A":"1","B":"2"}}', changed: ["B", "C"] });
  });

  test("a number that reads the same stays a number", () => {
    const text = '{"env": {"A": 1, "B": true}}';
    expect(added(text, { A: "1", B: "true" })).toBe(text);
  });

  test("env keeps its place when all that was in it is replaced", () => {
    const edited = editSettingsEnv('{"env":{"A":"1"},"z":1}', set({ B: "2" }), new Set(["A"]));
    expect(edited).toMatchObject({ text: '{"env":{"B":"2"},"z":1}' });
  });
});

describe("variables go", () => {
  test.each([
    ["with the file where that was all", '{\n  "env": {\n    "A": "1"\n  }\n}\n', null],
    ["with an env that holds nothing else", '{"model":"x","env":{"A":"1"}}', '{"model":"x"}'],
    ["from an env that holds more", '{"env":{"Z":1,"A":"1"},"b":1}', '{"env":{"Z":1},"b":1}'],
    [
      "from a file with comments",
      '{\n  // mine\n  "env": {"A": "1",}, // x\n  "b": 1,\n}',
      '{\n  // mine\n  "b": 1,\n}',
    ],
    ["from every env", '{"env":{"A":"1"},"b":1,"env":{"A":"2","Z":"3"}}', '{"b":1,"env":{"Z":"3"}}'],
    ["every time that they are there", '{"env":{"A":"1","Z":"3","A":"2"}}', '{"env":{"Z":"3"}}'],
    ["with what is no text", '{"env":{"A":{"x":[1]},"Z":"3"}}', '{"env":{"Z":"3"}}'],
  ])("%s", (_, before, after) => {
    expect(removed(before, "A", "NOT_THERE")).toBe(after);
  });

  test.each([null, "", "{}", '{"env":{}}', '{"env":{"Z":"1"}}', "[]", '{"env":[]}', '{"a":{"A":"1"}}'])(
    "from %j nothing does",
    (text) => {
      expect(editSettingsEnv(text, NONE, new Set(["A"]))).toEqual({ text, changed: [] });
    },
  );

  test("from what is not JSON nothing does, and that is told", () => {
    expect(editSettingsEnv('{"env":{"A":"1"', NONE, new Set(["A"]))).toMatchObject({
      state: "malformed",
      line: 1,
    });
  });
});

/** What people have in their settings, laid out as programs and people do. */
const settings = fc
  .tuple(
    fc.dictionary(
      fc.string().filter((key) => key !== "env" && key !== "apiKeyHelper" && key !== "__proto__"),
      fc.jsonValue({ maxDepth: 2 }),
      { noNullPrototype: true },
    ),
    fc.option(
      fc.dictionary(fc.stringMatching(/^[A-D]$/), fc.string(), { minKeys: 1, noNullPrototype: true }),
      { nil: null },
    ),
    fc.constantFrom(undefined, 2, 4, "\t"),
    fc.constantFrom("\n", "\r\n"),
    fc.constantFrom("", "\uFEFF"),
  )
  .map(([rest, env, indent, eol, mark]) => {
    const json = JSON.stringify(env === null ? rest : { ...rest, env }, null, indent);
    const value = JSON.parse(json) as { readonly env?: object };
    return { value, text: mark + json.replaceAll("\n", eol) + eol };
  })
  .filter(({ value }) => Object.keys(value).length > 0);

test("whatever the settings: they have the variables, all else is the same, and without them they are what they were", () => {
  const variables = fc.dictionary(fc.stringMatching(/^X[A-C]$/), fc.string(), {
    minKeys: 1,
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(settings, variables, ({ value, text }, wanted) => {
      const after = added(text, wanted);
      expect(JSON.parse((after ?? "").replace("\uFEFF", ""))).toEqual({
        ...value,
        env: { ...value.env, ...wanted },
      });
      expect(removed(after, ...Object.keys(wanted))).toBe(text);
    }),
    { numRuns: 1000 },
  );
});
