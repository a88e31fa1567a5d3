import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { renderEnvFile } from "../../../src/env/env-file.ts";
import { BEGIN, END, SECTION_TEXTS } from "../../../src/env/section-texts.ts";
import { requireProgram } from "../../support/shell.ts";

const TOKEN = "ANTHROPIC_AUTH_TOKEN";

/** The ways in which shells are started, and the startup file that the section is in. */
const WAYS: readonly (readonly [command: string, file: string])[] = [
  ["bash -i -c", ".bashrc"],
  ["bash -l -c", ".profile"],
  ["bash -l -i -c", ".bash_profile"],
  ["dash -l -c", ".profile"],
  ["busybox ash -l -c", ".profile"],
  ["zsh -c", ".zshenv"],
  ["zsh -i -c", ".zshenv"],
  ["zsh -l -c", ".zshenv"],
  ["fish -c", ".config/fish/conf.d/claude-code.fish"],
  ["fish -i -c", ".config/fish/conf.d/claude-code.fish"],
  ["fish -l -c", ".config/fish/conf.d/claude-code.fish"],
];

test.each(WAYS)("%s reads %s, and so the variables", (command, file) => {
  const folder = mkdtempSync(join(tmpdir(), "claude-credentials-section-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const kind =
    file === ".bashrc" ? "bash" : file === ".zshenv" ? "zsh" : file.includes("fish") ? "fish" : "profile";
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), SECTION_TEXTS[kind][0]);
  const variables = new Map([[TOKEN, "it's\\"]]);
  writeFileSync(join(folder, ".claude-code-env"), renderEnvFile({ variables, to: "shell" }));
  const [program = "", ...args] = command.split(" ");
  const out = execFileSync(
    requireProgram(program, program === "busybox" ? "busybox-static" : program),
    [...args, `printenv ${TOKEN}`],
    {
      env: { PATH: process.env["PATH"] ?? "", HOME: folder, TERM: "dumb" },
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
    },
  );
  expect(out).toBe("it's\\\n");
});

test("every text has the marks, and the words that the older tool looks for", () => {
  for (const text of Object.values(SECTION_TEXTS).flat()) {
    expect(text.startsWith(BEGIN)).toBe(true);
    expect(text.endsWith(`\n${END}\n`)).toBe(true);
    expect(text).toContain("Claude Code environment");
    expect(text).toContain("claude-code-env");
  }
});

test("no text that was ever written has been forgotten, or changed", () => {
  const digests = Object.entries(SECTION_TEXTS).map(([kind, texts]) => [
    kind,
    texts.map((text) => createHash("sha256").update(text).digest("hex").slice(0, 12)),
  ]);
  expect(Object.fromEntries(digests)).toEqual({
    bash: ["eb99d46c08b6"],
    profile: ["eb99d46c08b6"],
    zsh: ["5028a8dd7f23"],
    fish: ["96ea9a1960c4"],
  });
});
