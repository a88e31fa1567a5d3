import { describe, expect, it } from "vitest";
import {
  advice,
  fit,
  pageFor,
  paint,
  paragraph,
  PLAIN,
  row,
  symbol,
  WIDTH,
} from "../../../src/report/page.ts";

describe("pageFor", () => {
  it.each([
    ["a pipe", false, {}, false, { colours: false, symbols: false, ascii: false }],
    ["a terminal", true, { TERM: "xterm" }, false, { colours: true, symbols: true, ascii: false }],
    ["NO_COLOR", true, { NO_COLOR: "1" }, false, { colours: false, symbols: true, ascii: false }],
    ["an empty NO_COLOR", true, { NO_COLOR: "" }, false, { colours: true, symbols: true, ascii: false }],
    ["a dumb terminal", true, { TERM: "dumb" }, false, { colours: false, symbols: true, ascii: false }],
    ["--ascii", true, {}, true, { colours: true, symbols: false, ascii: true }],
  ])("%s", async (_what, isTerminal, env, ascii, page) => {
    const { colours, ...rest } = await pageFor(isTerminal, env, ascii);
    expect({ colours: colours !== null, ...rest }).toEqual(page);
  });
});

describe("colours and symbols", async () => {
  const terminal = await pageFor(true, {}, false);

  it("are there on a terminal, beside the words", () => {
    expect(paint(terminal, "bad", "error")).toBe("\u001b[31merror\u001b[39m");
    expect(symbol(terminal, "bad") + symbol(terminal, "none")).toBe("✗ ");
  });

  it("leave the words where they are not", () => {
    expect(symbol(PLAIN, "bad") + paint(PLAIN, "bad", "error")).toBe("error");
  });
});

describe("paragraph", () => {
  it("keeps to the width, and begins each line but the first with spaces", () => {
    const lines = paragraph(PLAIN, "  ", "a word and ".repeat(30));
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.every((line) => line.length <= WIDTH && /^ {2}\S/.test(line))).toBe(true);
  });

  it.each([
    ["after a colon", "look at its owner and mode, and then at this", `ls -l '${"/a b".repeat(12)}'`],
    [
      "after a colon, with flags",
      "run",
      `claude-credentials start --workspace DIR --store ${"/a".repeat(20)}`,
    ],
    [
      "after a colon, as another user",
      "give it to you",
      `sudo chown -hR 1000:1000 /workspaces/a-long-name/.git/x`,
    ],
  ])("does not break a command %s", (_what, before, command) => {
    const lines = advice(PLAIN, 2, `${before}: ${command}`);
    expect(lines.some((line) => line.endsWith(command))).toBe(true);
  });

  it("does not break a command in brackets, nor one of ours in the middle of a sentence", () => {
    const text = `${"so many words ".repeat(5)}(git ls-files .devcontainer.secrets), ${"and more ".repeat(5)}claude-credentials env set --to both`;
    const lines = paragraph(PLAIN, "", text);
    expect(lines.join(" ").replaceAll("  ", " ")).toBe(text);
    for (const command of ["(git ls-files .devcontainer.secrets)", "claude-credentials env set --to both"])
      expect(lines.some((line) => line.includes(command))).toBe(true);
  });

  it("takes a sentence that begins as a command does for none", () => {
    const lines = paragraph(
      PLAIN,
      "",
      `error: git brought files into ${"a folder and ".repeat(9)}that was all`,
      2,
    );
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.every((line) => line.length <= WIDTH)).toBe(true);
  });

  it("gives each of several things a line of its own, where they do not fit on one", () => {
    expect(advice(PLAIN, 2, "claude-credentials start --adopt   to take it over")).toHaveLength(1);
    const command = `sudo chown -hR 1000:1000 /workspaces/${"x".repeat(30)}`;
    expect(advice(PLAIN, 2, `${command}   then: claude-credentials start`)).toEqual([
      `  ${command}`,
      "  then: claude-credentials start",
    ]);
  });

  it("counts the columns that a wide character takes", () => {
    expect(paragraph(PLAIN, "", "漢字 ".repeat(20))[0]).toHaveLength(16 * 3 - 1);
  });
});

describe("row", () => {
  it("puts the text in a column of its own", () => {
    expect(row(PLAIN, "store", "here")).toEqual(["  store            here"]);
    expect(row(PLAIN, "a-name-that-is-too-long", "here")).toEqual([
      "  a-name-that-is-too-long",
      "                   here",
    ]);
  });
});

it("a page of ASCII holds nothing else, and no page a control character", async () => {
  expect(fit(await pageFor(true, {}, true), "é 漢 🙂\n")).toBe("\\u{e9} \\u{6f22} \\u{1f642}\\x0a");
  expect(fit(PLAIN, "é\u001b[31m")).toBe("é\\x1b[31m");
});
