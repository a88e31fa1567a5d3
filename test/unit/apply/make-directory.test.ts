import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { anchored, type AnchoredFileSystem } from "../../../src/apply/anchored-file-system.ts";
import type { Of } from "../../../src/apply/done.ts";
import { makeDirectory } from "../../../src/apply/make-directory.ts";
import { nodeFileSystem } from "../../../src/apply/node-file-system.ts";
import { faultyFileSystem } from "../../support/faulty-file-system.ts";
import { temporaryDirectory } from "../../support/tree.ts";

const me = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };

const NAMES = ["config", "variables", "backups"];

/** As a start makes a store: its missing parents, its root, what is in it. */
function makeStore(fs: AnchoredFileSystem, root: string, owner: Of<"make-directory">["owner"]): void {
  fs.hold(root);
  for (const path of [root, ...NAMES.map((name) => join(root, name))]) {
    const common = { part: "store", kind: "make-directory", making: "mkdir", user: me, reason: "" } as const;
    makeDirectory({ ...common, path, mode: 0o700, owner }, fs);
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
