import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { pageFor, symbol } from "../../../../src/report/page.ts";
import { verdict } from "../../../../src/report/render-status.ts";
import type { StatusReport } from "../../../../src/report/status-report.ts";
import { shownAtEnd, tagsOf } from "./svg.ts";

const ROOT = new URL("../../../../", import.meta.url);
const svg = readFileSync(new URL("docs/login-survives-rebuild.svg", ROOT), "utf8");

it("the recording in the README says what the present program says (else: npm run record)", async () => {
  const still = verdict({ mode: "oauth", loggedIn: true, persistent: true } as StatusReport);

  const lines = shownAtEnd(svg);

  expect(lines).toContain(`claude-credentials: ${symbol(await pageFor(true, {}, false), "good")}${still}`);
  expect(lines.some((line) => line.includes("devcontainer up --remove-existing-container"))).toBe(true);
  expect(lines.slice(-3, -1)).toEqual([expect.stringMatching(/\$ claude -p "ping"$/), "pong"]);
});

it("the recording is well formed, and the README shows it", () => {
  expect(tagsOf(svg).open).toEqual([]);
  expect(readFileSync(new URL("README.md", ROOT), "utf8")).toContain("](docs/login-survives-rebuild.svg)");
});

it("the recording holds neither a token nor anything of the machine that it was made on", () => {
  expect(svg).not.toMatch(/sk-ant|canary|localhost|127\.0\.0\.1|\/root\b|\/var\/|\/tmp\b|\d{4}-\d\d-\d\dT/);
});
