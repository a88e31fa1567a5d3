import { lstatSync, mkdirSync, readdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { FileSystem } from "../../../src/apply/file-system.ts";
import { makeOwned } from "../../../src/apply/make-owned.ts";
import { INCOMING_PREFIX } from "../../../src/plan/plan-merge.ts";
import { nodeFileSystem } from "../../../src/apply/node-file-system.ts";
import { faultyFileSystem } from "../../support/faulty-file-system.ts";
import { temporaryDirectory } from "../../support/tree.ts";

const me = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };

test("killed at any call, a directory for another owner is there as its owner's or not at all, and the next try makes it", () => {
  for (let at = 0; ; at += 1) {
    const root = temporaryDirectory();
    const { fs, struck, calls } = faultyFileSystem(nodeFileSystem, { at, fault: { kind: "stop" } });
    const path = join(root, "store");
    try {
      makeOwned(fs, path, 0o700, me);
    } catch {
      const given = calls.findIndex(({ name }) => name === "lchown");
      if (given === -1 || given === calls.length - 1) expect(readdirSync(root)).not.toContain("store");
      makeOwned(nodeFileSystem, path, 0o700, me);
    }
    const left = readdirSync(root).filter((name) => !name.startsWith(INCOMING_PREFIX));
    expect(left).toEqual(["store"]);
    expect(lstatSync(path).mode & 0o777).toBe(0o700);
    if (!struck()) return;
  }
});

test("a directory that somebody else makes at that moment is as good, whatever is in it", () => {
  const root = temporaryDirectory();
  const path = join(root, "store");
  const fs = {
    ...nodeFileSystem,
    lchown: () => {
      mkdirSync(join(path, "theirs"), { recursive: true });
    },
  };
  makeOwned(fs, path, 0o700, me);
  expect(readdirSync(root)).toEqual(["store"]);
  expect(readdirSync(path)).toEqual(["theirs"]);
});

test("what cannot be given away is not left behind", () => {
  const root = temporaryDirectory();
  const { fs } = faultyFileSystem(nodeFileSystem, { at: 2, fault: { kind: "once", errno: "EPERM" } });
  expect(() => {
    makeOwned(fs, join(root, "store"), 0o700, me);
  }).toThrow("EPERM");
  expect(readdirSync(root)).toEqual([]);
});

test("one that another start takes for a killed run's is made again", () => {
  const root = temporaryDirectory();
  const path = join(root, "store");
  let taken = 0;
  const fs: FileSystem = {
    ...nodeFileSystem,
    lchown: (directory, owner) => {
      if (taken < 2) rmdirSync(directory);
      taken += 1;
      nodeFileSystem.lchown(directory, owner);
    },
  };
  makeOwned(fs, path, 0o700, me);
  expect(readdirSync(root)).toEqual(["store"]);
  expect(() => {
    taken = -1;
    makeOwned(fs, join(root, "other"), 0o700, me);
  }).toThrow("ENOENT");
});

test("one for the user alone is shared with whoever makes it at that moment, and nothing but a directory is", () => {
  const root = temporaryDirectory();
  makeOwned(nodeFileSystem, join(root, "store"), 0o700, null);
  makeOwned(nodeFileSystem, join(root, "store"), 0o700, null);
  writeFileSync(join(root, "file"), "");
  expect(() => {
    makeOwned(nodeFileSystem, join(root, "file"), 0o700, null);
  }).toThrow("EEXIST");
});
