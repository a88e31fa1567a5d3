import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { anchored, type AnchoredFileSystem } from "../../../src/apply/anchored-file-system.ts";
import type { Of } from "../../../src/apply/done.ts";
import { makeDirectory } from "../../../src/apply/make-directory.ts";
import { nodeFileSystem } from "../../../src/apply/node-file-system.ts";
import { faultyFileSystem, Stop } from "../../support/faulty-file-system.ts";
import { temporaryDirectory } from "../../support/tree.ts";

const me = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };

const NAMES = ["config", "variables", "backups"];

/** As a start makes a store: its missing parents, its root, what is in it. */
function makeStore(
  fs: AnchoredFileSystem,
  root: string,
  owner: Of<"make-directory">["owner"],
  made = new Map<string, number>(),
): void {
  fs.hold(root);
  for (const path of [root, ...NAMES.map((name) => join(root, name))]) {
    const common = { part: "store", kind: "make-directory", making: "mkdir", user: me, reason: "" } as const;
    makeDirectory({ ...common, path, mode: 0o700, owner }, fs);
    made.set(path, lstatSync(path).ino);
  }
}

test.each([
  ["its user", null],
  ["another user", me],
])(
  "E01: a store for %s that two starts make, one of them whole at any call of the other, is one store to both",
  (_, owner) => {
    for (let at = 0; ; at += 1) {
      const top = temporaryDirectory();
      const root = join(top, "above", "store");
      const other = anchored(nodeFileSystem);
      const work = (): void => {
        makeStore(other, root, owner);
      };
      const faulty = faultyFileSystem(nodeFileSystem, { at, fault: { kind: "meanwhile", work } });
      const one = anchored(faulty.fs);
      makeStore(one, root, owner);
      for (const fs of [one, ...(faulty.struck() ? [other] : [])]) {
        const isThere = [root, ...NAMES.map((name) => join(root, name))].map((path) => fs.isStillThere(path));
        expect([at, ...isThere]).toEqual([at, true, true, true, true]);
        fs.release();
      }
      expect([readdirSync(join(top, "above")), readdirSync(root).sort()]).toEqual([
        ["store"],
        [...NAMES].sort(),
      ]);
      if (!faulty.struck()) return;
    }
  },
);

test("E01: what one start made for another user stays where it is when another goes on at any call", () => {
  for (let at = 0, isOver = false; !isOver; at += 1) {
    for (let stop = 0; ; stop += 1) {
      const root = join(temporaryDirectory(), "store");
      const made = new Map<string, number>();
      const paused = faultyFileSystem(nodeFileSystem, { at: stop, fault: { kind: "stop" } });
      const other = anchored(paused.fs);
      const work = (): void => {
        try {
          makeStore(other, root, me, made);
        } catch (error) {
          if (!(error instanceof Stop)) throw error;
        }
      };
      const faulty = faultyFileSystem(nodeFileSystem, { at, fault: { kind: "meanwhile", work } });
      const one = anchored(faulty.fs);
      makeStore(one, root, me);
      const replaced = [...made].filter(([path, inode]) => lstatSync(path).ino !== inode);
      expect([at, stop, replaced]).toEqual([at, stop, []]);
      isOver = !faulty.struck();
      if (isOver || !paused.struck()) break;
    }
  }
});
