import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BEGIN, END, type RcKind, SECTION_TEXTS } from "../../../src/env/section-texts.ts";
import { editShellSection } from "../../../src/env/shell-section.ts";

const KINDS: readonly RcKind[] = ["bash", "profile", "zsh", "fish"];

describe.each(KINDS)("%s", (kind) => {
  const [section] = SECTION_TEXTS[kind];

  test.each([
    ["there is no file", null, section],
    ["it is empty", "", `\n${section}`],
    ["it ends in a line break", "a\n", `a\n\n${section}`],
    ["it has no last line break", "a", `a\n${section}`],
    ["it ends in blank lines", "a\n\n\n", `a\n\n\n\n${section}`],
    ["it has Windows' line ends", "a\r\nb\r\n", `a\r\nb\r\n\n${section}`],
    ["it has bytes of no encoding", "\xff\xfe\x00a", `\xff\xfe\x00a\n${section}`],
    [
      "the section of another tool is in it",
      "# >>> conda >>>\n# <<< conda <<<\n",
      `# >>> conda >>>\n# <<< conda <<<\n\n${section}`,
    ],
  ])("where %s the section is added, once, and goes without a trace", (_, before, after) => {
    expect(editShellSection(before, kind, true)).toEqual({ state: "added", text: after });
    expect(editShellSection(after, kind, true)).toEqual({ state: "unchanged", text: after });
    expect(editShellSection(after, kind, false)).toEqual({ state: "removed", text: before });
    expect(editShellSection(before, kind, false)).toEqual({ state: "unchanged", text: before });
  });

  test("what others wrote behind it stays, and does not run into what stands before it", () => {
    expect(editShellSection(`a\n\n${section}b`, kind, false).text).toBe("a\nb");
    expect(editShellSection(`a\n${section}b`, kind, false).text).toBe("a\nb");
    expect(editShellSection(`${section}b\n`, kind, false).text).toBe("b\n");
  });

  test("one whose line ends or last line break an editor changed is mended", () => {
    const text = `a\n\n${section}`;
    expect(editShellSection(text.replaceAll("\n", "\r\n"), kind, true)).toEqual({
      state: "mended",
      text: `a\r\n\r\n${section}`,
    });
    expect(editShellSection(text.slice(0, -1), kind, true)).toEqual({ state: "mended", text });
    expect(editShellSection(text.slice(0, -1), kind, false)).toEqual({ state: "removed", text: "a\n" });
  });

  test("of two one stays", () => {
    const twice = `a\n\n${section}b\n\n${section}c\n`;
    expect(editShellSection(twice, kind, true)).toEqual({ state: "mended", text: `a\n\n${section}b\nc\n` });
    expect(editShellSection(twice, kind, false)).toEqual({ state: "removed", text: "a\nb\nc\n" });
  });

  test.each([true, false])("one that somebody changed is left alone (wanted: %s)", (wanted) => {
    for (const changed of [
      section.replace(END, `export MINE=1\n${END}`),
      section.replace("Claude Code environment", "Claude Code environment (mine)"),
      section.replaceAll("\n", "\n  "),
      `${BEGIN}\n${END}\n`,
    ]) {
      const text = `a\n\n${changed}b\n`;
      expect(editShellSection(text, kind, wanted)).toEqual({ state: "foreign", text });
      const both = `${section}\n${changed}`;
      expect(editShellSection(both, kind, wanted)).toEqual({ state: "foreign", text: both });
    }
  });

  test.each([true, false])("marks that do not come in pairs are left alone (wanted: %s)", (wanted) => {
    for (const text of [
      section.replace(END, ""),
      section.replace(BEGIN, "#"),
      `${BEGIN}\n${section}`,
      `${section}${END}\n`,
      `${END}\n${BEGIN}\n`,
    ])
      expect(editShellSection(text, kind, wanted)).toEqual({ state: "broken", text });
  });

  test("a section of another shell is not ours here", () => {
    const other = SECTION_TEXTS[kind === "zsh" ? "fish" : "zsh"][0];
    expect(editShellSection(other, kind, true).state).toBe("foreign");
  });

  test("whatever the file: on and off again is the file, byte by byte", () => {
    const text = fc.oneof(
      fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)) }),
      fc.array(fc.constantFrom("\n", "a", "\r\n", "# ", "\\")).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(text, (before) => {
        const { text: after } = editShellSection(before, kind, true);
        expect(after?.startsWith(before)).toBe(true);
        expect(editShellSection(after, kind, false).text).toBe(before);
      }),
    );
  });
});

const OLDER = `a
\n# Claude Code environment - managed by config-ai-claudecode.sh
[ -f ~/.claude-code-env ] && source ~/.claude-code-env
`;

test("in a .bashrc the older tool's section does the same already", () => {
  expect(editShellSection(OLDER, "bash", true)).toEqual({ state: "older", text: OLDER });
  expect(editShellSection(OLDER, "bash", false)).toEqual({ state: "unchanged", text: OLDER });
});

test("elsewhere it does not count: dash knows no source", () => {
  expect(editShellSection(OLDER, "profile", true).state).toBe("added");
});

test("a section of ours beside the older tool's stays, and goes", () => {
  const both = `${OLDER}\n${SECTION_TEXTS.bash[0]}`;
  expect(editShellSection(both, "bash", true)).toEqual({ state: "unchanged", text: both });
  expect(editShellSection(both, "bash", false)).toEqual({ state: "removed", text: OLDER });
});
