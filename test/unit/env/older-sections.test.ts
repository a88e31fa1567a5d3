import { describe, expect, test } from "vitest";
import { findOlderSections, removeOlderSections } from "../../../src/env/older-sections.ts";

const ENVIRONMENT = `
# Claude Code environment - managed by config-claude-code.sh
[ -f ~/.claude-code-env ] && source ~/.claude-code-env
`;
const VERIFIED = ENVIRONMENT.replace("config-claude-code.sh", "config-ai-claudecode.sh");
const PATH = "/workspace/.devcontainer.secrets/env-vars/anthropic-api-key";
const API_KEY = `
# ANTHROPIC_API_KEY persistence (issue #58)
[ -f "${PATH}" ] && export ANTHROPIC_API_KEY="$(cat "${PATH}" 2>/dev/null)"
`;

const FILES = [
  "",
  "# .bashrc\nalias ls='ls --color'\n",
  "no line break at the end",
  "\n\n",
  "caf\xe9\xff\r\n",
];

describe.each(FILES)("a .bashrc of %j", (text) => {
  test.each([ENVIRONMENT, VERIFIED])("%s is found, and taken away again", (section) => {
    expect(findOlderSections(text + section)).toEqual({ environment: true, apiKey: null });
    expect(removeOlderSections(text + section, "both")).toBe(text);
    expect(removeOlderSections(text + section, "environment")).toBe(text);
    expect(removeOlderSections(text + section, "apiKey")).toBe(text + section);
  });

  test("the key's section is found with its path, and taken away again", () => {
    expect(findOlderSections(text + API_KEY)).toEqual({ environment: false, apiKey: PATH });
    expect(removeOlderSections(text + API_KEY, "apiKey")).toBe(text);
    expect(removeOlderSections(text + API_KEY, "environment")).toBe(text + API_KEY);
  });

  test("of both, each goes by itself", () => {
    const both = text + ENVIRONMENT + API_KEY;
    expect(findOlderSections(both)).toEqual({ environment: true, apiKey: PATH });
    expect(removeOlderSections(both, "both")).toBe(text);
    expect(removeOlderSections(both, "apiKey")).toBe(text + ENVIRONMENT);
    const first = removeOlderSections(text + API_KEY + ENVIRONMENT, "apiKey");
    expect(first.replace(/(?<=end)\n/, "")).toBe(text + ENVIRONMENT);
  });

  test("what somebody wrote behind them stays, on a line of its own", () => {
    const rest = removeOlderSections(`${text}${ENVIRONMENT}export A=1\n`, "both");
    expect(rest).toBe(text === "no line break at the end" ? `${text}\nexport A=1\n` : `${text}export A=1\n`);
  });
});

test.each([
  ENVIRONMENT.replace("source", "."),
  ENVIRONMENT.replace("[ -f", "#[ -f"),
  ENVIRONMENT.replace("# Claude", "## Claude"),
  ENVIRONMENT.replace("\n[", "\n\n["),
  API_KEY.replace(PATH, "/elsewhere"),
  API_KEY.replace("2>/dev/null", ""),
])("%s is not the older tool's", (text) => {
  expect(findOlderSections(text)).toEqual({ environment: false, apiKey: null });
  expect(removeOlderSections(text, "both")).toBe(text);
});
