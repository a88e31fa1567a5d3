import { expect, test } from "vitest";
import { login } from "../../support/login.ts";
import { TestMachine } from "../../support/machine.ts";
import { file } from "../../support/tree.ts";

const machine = (): TestMachine =>
  new TestMachine({ repository: true, tree: { "home/.claude/.credentials.json": file(login("a")) } });

test("start --verbose says on standard error what it looked at and decided, and no token", async () => {
  const place = machine();
  const quiet = await place.startWith("--workspace", place.work, "--dry-run");
  const { out, err } = await place.startWith("--workspace", place.work, "--dry-run", "--verbose");
  expect(out).toBe(quiet.out);
  expect(err.replaceAll(place.root, "").split("\n")).toEqual(
    expect.arrayContaining([
      "claude-credentials: verbose: /home/.claude: directory",
      "claude-credentials: verbose: /home/.claude.json: absent",
      "claude-credentials: verbose: /work/.git/claude-credentials (git): usable, persistent, login absent; nothing that git does reaches it",
      "claude-credentials: verbose: merge into the store (/home/.claude): what lies in it belongs into the store",
    ]),
  );
  expect(err).not.toContain("sk-ant-");
});

test("status --verbose says on standard error what it looked at, and no token", async () => {
  const place = machine();
  await place.startWith("--workspace", place.work);
  const { out, err } = await place.statusText("--verbose");
  expect(err.replaceAll(place.root, "")).toContain(
    "claude-credentials: verbose: credential: valid; state file: absent",
  );
  expect(out + err).not.toContain("sk-ant-");
});
