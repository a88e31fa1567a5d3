import { expect, test } from "vitest";
import { planPrivateModes } from "../../../../src/plan/doctor/plan-private-modes.ts";

const USER = { uid: 1000, gid: 1000 };

test.each([
  ["one that others may read", { type: "file", mode: 0o640, uid: 1000 }, 1],
  ["a private one", { type: "file", mode: 0o600, uid: 1000 }, 0],
  ["a symlink, whose mode says nothing", { type: "symlink", mode: 0o777, uid: 1000 }, 0],
  ["somebody else's", { type: "file", mode: 0o644, uid: 0 }, 0],
  ["none", null, 0],
] as const)("of files of secrets, %s: %i to be closed", (_, stat, count) => {
  const actions = planPrivateModes([{ path: "/secret", stat }], USER);
  expect(actions).toHaveLength(count);
  for (const action of actions)
    expect(action).toMatchObject({ kind: "set-mode", path: "/secret", mode: 0o600 });
});
