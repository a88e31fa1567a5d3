import { describe, expect, test } from "vitest";
import { displayPath } from "../../../src/layout.ts";
import { finding, FINDING_SEVERITY } from "../../../src/report/finding.ts";
import { printable } from "../../../src/report/printable.ts";
import { quote } from "../../../src/report/quote.ts";
import { day, duration } from "../../../src/report/times.ts";
import { renderFinding } from "../../../src/report/text.ts";

test.each([
  ["plain é 漢 🙂", "plain é 漢 🙂"],
  ["a\nb\r\tc", "a\\x0ab\\x0d\\x09c"],
  ["\u001b[31m\u0007\u007f\u009b", "\\x1b[31m\\x07\\x7f\\x9b"],
  ["\u2028\u2029", "\\u2028\\u2029"],
])("%j is printed as %j", (text, expected) => {
  expect(printable(text)).toBe(expected);
});

test.each([
  ["/a/b-c_d.e:f,g@h%i+j=k", "/a/b-c_d.e:f,g@h%i+j=k"],
  ["/a b", "'/a b'"],
  ["/we'ird $(touch X) dir", "'/we'\\''ird $(touch X) dir'"],
  ["", "''"],
  ["/a\nb", "'/a\nb'"],
])("the path %j is quoted as %j", (path, expected) => {
  expect(quote(path)).toBe(expected);
});

test.each([
  ["/home/me", "~"],
  ["/home/me/.claude", "~/.claude"],
  ["/home/meter/x", "/home/meter/x"],
])("the path %s is shown as %s", (path, expected) => {
  expect(displayPath(path, "/home/me")).toBe(expected);
});

test.each([
  [0, "0 s"],
  [59.9, "59 s"],
  [60, "1 min"],
  [3599, "59 min"],
  [3600, "1 h"],
  [86_399, "23 h"],
  [86_400, "1 d"],
  [8_640_000, "100 d"],
])("%s seconds are %s", (seconds, expected) => {
  expect(duration(seconds)).toBe(expected);
});

test("a day has its year where that is not this one", () => {
  const now = Date.UTC(2026, 10, 23, 12);
  expect(day(Date.UTC(2026, 11, 4, 12), now)).toBe("4 Dec");
  expect(day(Date.UTC(2027, 0, 4, 12), now)).toBe("4 Jan 2027");
  expect(day(Date.UTC(2026, 8, 30, 12), now)).toBe("30 Sep");
});

describe("a finding", () => {
  test("has its code's severity and a path only where there is one", () => {
    expect(finding("LINK_FOREIGN", "m", "h")).toEqual({
      code: "LINK_FOREIGN",
      severity: FINDING_SEVERITY.LINK_FOREIGN,
      message: "m",
      hint: "h\nclaude-credentials explain LINK_FOREIGN",
    });
    expect(finding("LINK_FOREIGN", "m", "h", "/p").path).toBe("/p");
  });

  test("is three lines, whatever a file's name holds", () => {
    const text = renderFinding(finding("FILE_SKIPPED", "a\nclaude-credentials: error", "b\n\u001b[2J"));
    expect(text).toBe(
      "claude-credentials: warning FILE_SKIPPED: a\\x0aclaude-credentials: error\n  b\\x0a\\x1b[2J\n  more: claude-credentials explain FILE_SKIPPED\n",
    );
  });

  test("codes are upper snake", () => {
    for (const code of Object.keys(FINDING_SEVERITY)) expect(code).toMatch(/^[A-Z]+(_[A-Z]+)+$/);
  });
});
