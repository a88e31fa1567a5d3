import { expect, test } from "vitest";
import { isOwnTarget } from "../../../src/inspect/own-target.ts";
import { homeLayout } from "../../../src/layout.ts";

const IMAGE = "/home/u/.local/share/claude-credentials/.claude-credentials";
const STORE = "/work/.git/claude-credentials/.claude-credentials";
const layout = homeLayout("/home/u", null);

test.each([
  ["config", STORE, true],
  ["state", `${STORE}/.claude.json`, true],
  ["config", IMAGE, true],
  ["state", `${IMAGE}/.claude.json`, true],
  ["config", `${STORE}/.claude.json`, false],
  ["state", IMAGE, false],
  ["config", "/home/u/.config/claude", false],
] as const)("the link of the %s that leads to %s: ours is %s", (link, text, expected) => {
  const wanted = { config: STORE, state: `${STORE}/.claude.json` };
  expect(isOwnTarget(link, text, { wanted, layout })).toBe(expected);
});

test("without a start that wrote down where they lead the image's own directory alone is ours", () => {
  const wanted = { config: null, state: null };
  expect(isOwnTarget("config", IMAGE, { wanted, layout })).toBe(true);
  expect(isOwnTarget("config", STORE, { wanted, layout })).toBe(false);
});
