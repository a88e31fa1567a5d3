import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type { Check } from "../../../src/report/check.ts";
import { pageFor, PLAIN } from "../../../src/report/page.ts";
import { renderDoctor } from "../../../src/report/render-doctor.ts";

const CHECKS: readonly Check[] = [
  { name: "login", result: "ok", seen: "logged in as a@b, login good until 4 Dec", fix: null },
  { name: "live", result: "skipped", seen: "not asked for", fix: null },
  {
    name: "links",
    result: "error",
    seen: "/home/vscode/.claude is a link to /data/claude, which is not ours: left alone",
    fix: "if the login is to be kept with the others: claude-credentials start --adopt",
    code: "LINK_FOREIGN",
    path: "/home/vscode/.claude",
  },
  { name: "client-version", result: "failed", seen: "the disk reports\u001b[2J an error", fix: "mend it" },
];

const report = { version: 1, checks: CHECKS } as const;

describe("the text of doctor", () => {
  test("has the verdict, the groups and their rows, and below a bad one what mends it", () => {
    expect(renderDoctor(report, null, "/home/vscode", PLAIN)).toMatchInlineSnapshot(`
      "claude-credentials: something is wrong: 1 failed, 1 error, 1 skipped, 1 ok

      login
        ok       login            logged in as a@b, login good until 4 Dec
        skipped  live             not asked for

      links
        error    links            /home/vscode/.claude is a link to /data/claude,
                                  which is not ours: left alone
                                  if the login is to be kept with the others:
                                  claude-credentials start --adopt
                                  more: claude-credentials explain LINK_FOREIGN

      files

      store

      mode

      client
        failed   client-version   the disk reports\\x1b[2J an error
                                  mend it

      container
      "
    `);
  });

  test("says what was mended", () => {
    const outcomes = [
      { kind: "link", path: "/home/vscode/.claude", result: "updated", reason: "linked to the store" },
    ] as const;
    expect(renderDoctor(report, outcomes, "/home/vscode", PLAIN)).toContain(
      "\nmended:\n  ~/.claude: linked to the store\n",
    );
    expect(renderDoctor(report, [], "/home/vscode", PLAIN)).toContain("\nmended: nothing\n");
  });

  test("where nothing is wrong says so", () => {
    const well = { version: 1, checks: CHECKS.slice(0, 2) } as const;
    expect(renderDoctor(well, null, "/", PLAIN).split("\n")[0]).toBe(
      "claude-credentials: nothing is wrong: 1 skipped, 1 ok",
    );
  });

  test("keeps to 80 columns, and says the same in words on every page", async () => {
    const words = (text: string): string =>
      stripVTControlCharacters(text)
        .replace(/[✓•!✗] /g, "")
        .replace(/\s+/g, " ");
    const plain = renderDoctor(report, null, "/", PLAIN);
    const terminal = renderDoctor(report, null, "/", await pageFor(true, { TERM: "xterm" }, false));
    expect(words(terminal)).toBe(words(plain));
    expect(terminal).toContain("\u001b[31merror\u001b[39m");
    for (const line of plain.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(plain).not.toContain("\u001b");
  });
});
