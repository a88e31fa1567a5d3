import { lutimesSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { MergeRequest } from "../../../src/apply/merge-request.ts";
import { commitTree } from "../../../src/apply/commit-tree.ts";
import { emptyTally } from "../../../src/apply/merge-request.ts";
import { runSteps } from "../../../src/apply/run-steps.ts";
import { stageTree } from "../../../src/apply/stage-tree.ts";
import { snapshot, symlink } from "../../support/tree.ts";
import { merging, twoDisks } from "./merging.ts";

const LATER = new Date(Date.UTC(2027, 0, 1));

function merge(request: MergeRequest, meanwhile: () => void = () => undefined): void {
  const tally = emptyTally();
  runSteps(stageTree(request, tally));
  meanwhile();
  runSteps(commitTree(request, tally));
}

const tree = {
  "home/d/settings.json": "late",
  "store/config/d/settings.json": "early",
  "home/other": "home's",
  "store/config/other": "store's",
};

test.each([
  ["linked", {}],
  ["copied", { fs: twoDisks() }],
])("A04: what was changed later takes the store's place, %s, and the store's is kept", (_, options) => {
  const { root, request } = merging(tree, { ...options, prefer: "newer" });
  utimesSync(join(root, "home/d/settings.json"), LATER, LATER);
  utimesSync(join(root, "store/config/other"), LATER, LATER);
  merge(request);
  expect(snapshot(join(root, "store"))).toMatchObject({
    "config/d/settings.json": "file 0644 late",
    "config/other": "file 0644 store's",
    "backups/now/d/settings.json": "file 0644 early",
    "backups/now/other": "file 0644 home's",
  });
  expect(snapshot(join(root, "store"))).not.toHaveProperty("staging");
});

test("A04: without that preference the store's stays, however old", () => {
  const { root, request } = merging(tree);
  utimesSync(join(root, "home/d/settings.json"), LATER, LATER);
  merge(request);
  expect(snapshot(join(root, "store"))).toMatchObject({
    "config/d/settings.json": "file 0644 early",
    "backups/now/d/settings.json": "file 0644 late",
  });
});

test("a symlink that was changed later takes the store's place too", () => {
  const links = { "home/l": symlink("late"), "store/config/l": symlink("early") };
  const { root, request } = merging(links, { prefer: "newer" });
  lutimesSync(join(root, "store/config/l"), 1, 1);
  merge(request);
  expect(snapshot(join(root, "store"))).toMatchObject({
    "config/l": "symlink late",
    "backups/now/l": "symlink early",
  });
});

test("what lost before and was not written since stays a loser, however late it was written", () => {
  const { root, request } = merging(
    {
      ...tree,
      "home/l": symlink("home's"),
      "store/config/l": symlink("store's"),
      "store/backups/before/d/settings.json": "late",
      "store/backups/before/l": symlink("home's"),
    },
    { prefer: "newer" },
  );
  utimesSync(join(root, "home/d/settings.json"), LATER, LATER);
  lutimesSync(join(root, "home/l"), LATER, LATER);
  merge(request);
  expect(snapshot(join(root, "store"))).toMatchObject({
    "config/d/settings.json": "file 0644 early",
    "config/l": "symlink store's",
  });
  expect(snapshot(join(root, "store"))).not.toHaveProperty("backups/now/d");
  expect(snapshot(join(root, "store"))).not.toHaveProperty("backups/now/l");
});

test("what the store got meanwhile stays, being newer still, and what was staged is kept", () => {
  const { root, request } = merging(tree, { prefer: "newer" });
  utimesSync(join(root, "home/d/settings.json"), LATER, LATER);
  merge(request, () => {
    const much = new Date(LATER.getTime() + 1000);
    utimesSync(join(root, "store/config/d/settings.json"), much, much);
  });
  expect(snapshot(join(root, "store"))).toMatchObject({
    "config/d/settings.json": "file 0644 early",
    "backups/now/d/settings.json": "file 0644 late",
  });
});
