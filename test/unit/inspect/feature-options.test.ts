import { describe, expect, test } from "vitest";
import { parseFeatureOptions } from "../../../src/inspect/feature-options.ts";
import { parseFormatFile, renderFormatFile } from "../../../src/inspect/format-file.ts";

const KEYS = ["STORE", "PER_CONTAINER", "GUARD", "NOTICE"] as const;

function options(...values: readonly string[]): string {
  return KEYS.map(
    (key, index) => `CLAUDE_CREDENTIALS_OPTION_${key}='${(values[index] ?? "").replaceAll("'", "'\\''")}'\n`,
  ).join("");
}

describe("options.env", () => {
  test.each([
    [
      "the defaults",
      options("", "false", "true", "true"),
      { variant: "plain", store: "", perContainer: false, guard: true, notice: true },
    ],
    [
      "all of them",
      options("git", "true", "false", "false"),
      { variant: "plain", store: "git", perContainer: true, guard: false, notice: false },
    ],
    [
      "a path with a quote",
      options("/it's here", "false", "true"),
      { variant: "plain", store: "/it's here", perContainer: false, guard: true, notice: false },
    ],
    [
      "quotes alone",
      options("''", "false", "true"),
      { variant: "plain", store: "''", perContainer: false, guard: true, notice: false },
    ],
    [
      "a value that looks like a line of ours",
      options("a\nCLAUDE_CREDENTIALS_OPTION_GUARD=x", "false", "true"),
      {
        variant: "plain",
        store: "a\nCLAUDE_CREDENTIALS_OPTION_GUARD=x",
        perContainer: false,
        guard: true,
        notice: false,
      },
    ],
    ["nothing", "", { variant: "plain", store: "", perContainer: false, guard: true, notice: false }],
    [
      "lines that are none",
      "# hello\nSTORE=git\n",
      { variant: "plain", store: "", perContainer: false, guard: true, notice: false },
    ],
  ])("%s", (_, text, expected) => {
    expect(parseFeatureOptions(text)).toEqual(expected);
  });
});

describe("a store's format file", () => {
  const digest = "a".repeat(64);

  test("what is written is what is read", () => {
    const file = { version: 1, identity: "12 34", merged: [digest], lookedAt: null };
    expect(parseFormatFile(renderFormatFile(file))).toEqual(file);
    expect(renderFormatFile(file)).toBe(`1\n12 34\nmerged ${digest}\n`);
  });

  test.each([
    ["2\n1 2\n", 2],
    ["99\n", 99],
    ["", null],
    ["one\n", null],
    ["-1\n", null],
    ["9999999999\n", null],
  ])("the version of %j is %j", (text, version) => {
    expect(parseFormatFile(text).version).toBe(version);
  });

  test("lines that are not known are left out, and the list does not grow for ever", () => {
    expect(parseFormatFile(`1\n1 2\nmerged ${digest}\nmerged short\nwhat\n`).merged).toEqual([digest]);
    const many = Array.from({ length: 50 }, (_, index) => String(index).padStart(64, "0"));
    expect(
      parseFormatFile(renderFormatFile({ version: 1, identity: "", merged: many, lookedAt: null })).merged,
    ).toEqual(many.slice(-32));
  });
});
