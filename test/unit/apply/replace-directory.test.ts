import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { anchored } from "../../../src/apply/anchored-file-system.ts";
import { nodeFileSystem } from "../../../src/apply/node-file-system.ts";
import { replaceDirectory } from "../../../src/apply/replace-directory.ts";
import { errnoCode, systemError } from "../../../src/errors.ts";
import { temporaryDirectory } from "../../support/tree.ts";

/** What a directory holds, by the name it has in the end; a symlink's text. */
type Found = Readonly<Record<string, string>>;

/**
 * Replaces a directory by a symlink, and before each rename to its name does what the client does that finds nothing
 * there.
 * @param begin is told how many came before, and says whether one more comes
 * @param refuse says which of those renames fails with EIO
 */
function replaced(
  begin: (before: number) => boolean,
  refuse: (attempt: number) => boolean = () => false,
): { found: Found; code: string | undefined } {
  const top = temporaryDirectory();
  const [path, target, aside] = [join(top, "config"), join(top, "store"), join(top, "aside")];
  mkdirSync(target);
  mkdirSync(path);
  writeFileSync(join(path, "says"), "the first");
  let [come, attempts] = [0, 0];
  const fs = anchored({
    ...nodeFileSystem,
    rename: (from, to) => {
      const isPlacing = to.toString().endsWith("/config") && from.toString().endsWith("/temporary");
      if (isPlacing && begin(come)) {
        mkdirSync(path);
        writeFileSync(join(path, "says"), `newcomer ${(come += 1).toString()}`);
      }
      if (isPlacing && refuse((attempts += 1))) throw systemError("EIO", "rename", from.toString());
      nodeFileSystem.rename(from, to);
    },
  });
  fs.hold(target);
  let code: string | undefined;
  try {
    const temporary = join(top, "temporary");
    replaceDirectory({ fs, path, linkTarget: target, temporary, aside, owner: null, locks: null });
  } catch (error) {
    code = errnoCode(error);
  } finally {
    fs.release();
  }
  const found = readdirSync(top)
    .filter((name) => name !== "store")
    .map((name) => {
      const entry = join(top, name);
      const isLink = lstatSync(entry).isSymbolicLink();
      return [
        name,
        isLink ? readlinkSync(entry).slice(top.length) : readFileSync(join(entry, "says"), "utf8"),
      ];
    });
  return { found: Object.fromEntries(found) as Found, code };
}

test.each<[number, Found]>([
  [0, { config: "/store", aside: "the first" }],
  [1, { config: "/store", aside: "the first", "aside-2": "newcomer 1" }],
  [2, { config: "/store", aside: "the first", "aside-2": "newcomer 1", "aside-3": "newcomer 2" }],
])(
  "with %i clients that make the directory anew, it gets its link and each of theirs is kept",
  (count, all) => {
    expect(replaced((before) => before < count)).toEqual({ found: all, code: undefined });
  },
);

test("with clients that never end, the first directory has its name again and all of theirs are kept", () => {
  const { found, code } = replaced(() => true);
  expect(code).toBe("EISDIR");
  expect(found).toEqual({
    config: "the first",
    "aside-2": "newcomer 1",
    "aside-3": "newcomer 2",
    "aside-4": "newcomer 3",
    "aside-5": "newcomer 4",
    "aside-6": "newcomer 5",
  });
});

test.each([
  ["with no client", 0, { config: "the first" }],
  ["with one", 1, { config: "the first", "aside-2": "newcomer 1" }],
])(
  "a link that cannot be put in place, %s: what failed is told of, and the directory has its name",
  (_, count, all) => {
    expect(
      replaced(
        (before) => before < count,
        () => true,
      ),
    ).toEqual({ found: all, code: "EIO" });
  },
);
