import { linkSync, lstatSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { copyFile } from "../../../src/apply/copy-file.ts";
import { commitTree } from "../../../src/apply/commit-tree.ts";
import { emptyTally } from "../../../src/apply/merge-request.ts";
import { nodeFileSystem } from "../../../src/apply/node-file-system.ts";
import { runSteps } from "../../../src/apply/run-steps.ts";
import { stageTree } from "../../../src/apply/stage-tree.ts";
import { faultyFileSystem } from "../../support/faulty-file-system.ts";
import { temporaryDirectory } from "../../support/tree.ts";
import { merging, twoDisks } from "./merging.ts";

test("B06: a copy keeps holes, the mode, and times to the microsecond", () => {
  const root = temporaryDirectory();
  const [from, to] = [join(root, "from"), join(root, "to")];
  writeFileSync(from, "begins", { mode: 0o640 });
  truncateSync(from, 8 * 1024 * 1024);
  utimesSync(from, 1_700_000_000.123456, 1_700_000_000.654321);
  runSteps(copyFile(nodeFileSystem, from, to, { mode: null, owner: null }));
  const stat = lstatSync(to, { bigint: true });
  expect(stat.size).toBe(8n * 1024n * 1024n);
  expect(stat.blocks * 512n).toBeLessThanOrEqual(1024n * 1024n);
  expect(Number(stat.mode & 0o777n)).toBe(0o640);
  const source = lstatSync(from, { bigint: true });
  expect([stat.atimeNs / 1000n, stat.mtimeNs / 1000n]).toEqual([
    1_700_000_000_123_456n,
    source.mtimeNs / 1000n,
  ]);
});

test("B05: a large file is copied with pauses, and flushed on the way", () => {
  const root = temporaryDirectory();
  const megabytes = 70;
  writeFileSync(join(root, "from"), Buffer.alloc(megabytes * 1024 * 1024, "x"));
  const { fs, calls } = faultyFileSystem(nodeFileSystem);
  let pauses = 0;
  const steps = copyFile(fs, join(root, "from"), join(root, "to"), { mode: null, owner: null });
  while (steps.next().done !== true) pauses += 1;
  expect(pauses).toBeGreaterThanOrEqual(megabytes);
  expect(calls.filter(({ name }) => name === "fsync")).toHaveLength(2);
});

test("B01: the names of one inode stay names of one inode on another disk", () => {
  const { root, request } = merging({ "home/a/one": "x", "home/other": "x" }, { fs: twoDisks() });
  linkSync(join(root, "home/a/one"), join(root, "home/two"));
  const tally = emptyTally();
  runSteps(stageTree(request, tally));
  runSteps(commitTree(request, tally));
  const inode = (name: string): number => lstatSync(join(root, "store/config", name)).ino;
  expect(inode("a/one")).toBe(inode("two"));
  expect(inode("other")).not.toBe(inode("two"));
  expect(inode("two")).not.toBe(lstatSync(join(root, "home/two")).ino);
});
