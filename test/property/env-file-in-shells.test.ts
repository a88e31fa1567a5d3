import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { type EnvFile, parseEnvFile, renderEnvFile } from "../../src/env/env-file.ts";
import {
  environmentOf,
  runScript,
  startupScript,
  type StartupShell,
  startupShells,
} from "../support/startup-shells.ts";
import { seeded } from "./seed.ts";

const HEADERS = "ANTHROPIC_CUSTOM_HEADERS";
const NAMES = [HEADERS, "ANTHROPIC_BASE_URL", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_X"];
/** So many values are in one file: each shell is started once for all of them. */
const VALUES = 40;
const FILES = 1000 / VALUES;

/** What shells, decoders and regular expressions stumble over. */
const SNAGS = [
  ..."'\"\\$`!#~*?[]{}()<>|&;=^%@ \t\r".split(""),
  ...[
    "$(touch ran)",
    "`touch ran`",
    "; touch ran;",
    "${HOME}",
    "$HOME",
    "\\n",
    "\\'",
    "''",
    '""',
    "%s",
    "~/",
    "export X=1",
  ],
  ...[
    "\u0001",
    "\u007f",
    "\u0080",
    "\u0081",
    "\u00a0",
    "\u00e9",
    "\u2028",
    "\ufdd0",
    "\uf600",
    "\uf6ff",
    "\ufeff",
    "\uffff",
  ],
  ...["\u{1f600}", "\u{10ffff}"],
];

const LINE = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .array(fc.oneof(fc.constantFrom(...SNAGS), fc.string({ maxLength: 3 })), { maxLength: 12 })
    .map((parts) => parts.join("")),
  fc.string({ minLength: 200, maxLength: 3000 }),
);
/** Any text without NUL that UTF-8 can hold. */
const value = LINE.map((line) => line.replace(/[\0\n\uFFFD]|\p{Surrogate}/gu, ""));
const headers = fc
  .array(fc.oneof(value, fc.constantFrom("", "export X=1", "touch ran", "'", "\\")), {
    minLength: 2,
    maxLength: 6,
  })
  .map((lines) => lines.join("\n"));
const envFile: fc.Arbitrary<EnvFile> = fc.record({
  variables: fc
    .tuple(headers, fc.array(value, { minLength: VALUES - 1, maxLength: VALUES - 1 }))
    .map(([lines, values]) => {
      const named = [lines, ...values].map((text, index): [string, string] => [
        NAMES[index] ?? `ANTHROPIC_X${index}`,
        text,
      ]);
      return new Map(named);
    }),
  to: fc.constantFrom("shell" as const, "settings" as const, "both" as const, null),
});

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "claude-credentials-env-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

test(
  "G03: 1,000 random values are the same bytes in every shell that reads our section, and none is run",
  { timeout: 120_000 },
  async () => {
    const home = scratch();
    await fc.assert(
      fc.asyncProperty(envFile, fc.constantFrom("C.UTF-8", "C"), async (file, locale) => {
        const text = renderEnvFile(file);
        expect(parseEnvFile(text)).toEqual({ state: "valid", file });
        writeFileSync(join(home, ".claude-code-env"), text, { mode: 0o600 });
        await Promise.all(
          startupShells().map(async (shell) => {
            const script = startupScript(shell, "env -0");
            const { code, out, err } = await runScript(shell, script, home, { LC_ALL: locale });
            expect({ shell: shell.name, code, err }).toEqual({ shell: shell.name, code: 0, err: "" });
            const found = environmentOf(out);
            const read = [...file.variables.keys()].map((name) => [
              name,
              found.get(name)?.toString("latin1"),
            ]);
            const written = [...file.variables].map(([name, text]) => [
              name,
              Buffer.from(text).toString("latin1"),
            ]);
            expect({ shell: shell.name, read }).toEqual({ shell: shell.name, read: written });
          }),
        );
        expect(existsSync(join(home, "ran"))).toBe(false);
      }),
      // A failure is told in time, with the smallest case found until then.
      { ...seeded(FILES), interruptAfterTimeLimit: 90_000, markInterruptAsFailure: true },
    );
  },
);

/** One shell that starts in the home of every length, one after the other: what ends a start leaves its line out. */
function startInEach(shell: StartupShell, lengths: readonly number[]): string {
  const start = startupScript(shell, "env -0; printf 'after=%s\\0' $i");
  return shell.kind === "fish"
    ? `for i in ${lengths.join(" ")}\n${NAMES.map((name) => `set -e ${name}\n`).join("")}set -gx HOME $top/$i\n${start}end`
    : `for i in ${lengths.join(" ")}; do (\nHOME=$top/$i\n${start}) </dev/null; done`;
}

test(
  "G03: a file that is cut off at any byte ends no shell, says nothing, and no value is more than its beginning",
  { timeout: 120_000 },
  async () => {
    const top = scratch();
    const values = ["a: 1\n\n'b': \\2\ntouch ran\n", "http://x", "sk-'x\\y'$(touch ran)", "é `touch ran`"];
    const variables = new Map(values.map((text, index) => [NAMES[index] ?? "", text]));
    const whole = Buffer.from(renderEnvFile({ variables, to: "both" }));
    const lengths = Array.from({ length: whole.length + 1 }, (_, length) => length);
    for (const length of lengths) {
      mkdirSync(join(top, length.toString()));
      writeFileSync(join(top, length.toString(), ".claude-code-env"), whole.subarray(0, length));
    }
    await Promise.all(
      startupShells().map(async (shell) => {
        const { code, out, err } = await runScript(shell, startInEach(shell, lengths), top, { top });
        const [environments, read] = [0, 1].map((rest) =>
          out
            .toString("latin1")
            .split(/after=(\d+)\0/)
            .filter((_, index) => index % 2 === rest),
        );
        const expected = { shell: shell.name, code: 0, err: "", read: lengths.map(String) };
        expect({ shell: shell.name, code, err, read }).toEqual(expected);
        for (const environment of environments ?? []) {
          const found = environmentOf(Buffer.from(environment, "latin1"));
          for (const [name, text] of variables) {
            // Of a backslash and what it quotes the backslash alone may be there.
            const start = (found.get(name)?.toString("latin1") ?? "").replace(/\\$/, "");
            expect(Buffer.from(text).toString("latin1").startsWith(start)).toBe(true);
          }
        }
      }),
    );
    expect(existsSync(join(top, "ran"))).toBe(false);
  },
);
