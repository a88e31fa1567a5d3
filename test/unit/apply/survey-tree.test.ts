import { truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FileSystem } from "../../../src/apply/file-system.ts";
import type { MergeRequest } from "../../../src/apply/merge-request.ts";
import { nodeFileSystem } from "../../../src/apply/node-file-system.ts";
import { Progress } from "../../../src/apply/progress.ts";
import { runSteps } from "../../../src/apply/run-steps.ts";
import { surveyTree } from "../../../src/apply/survey-tree.ts";
import { systemError } from "../../../src/errors.ts";
import { MoveRefusal } from "../../../src/move-refusal.ts";
import { snapshot, symlink } from "../../support/tree.ts";
import { merging, twoDisks, watched } from "./merging.ts";

function refusal(request: MergeRequest): MoveRefusal {
  try {
    runSteps(surveyTree(request));
  } catch (error) {
    if (error instanceof MoveRefusal) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

function withRoom(bytes: number | null, files: number | null): Partial<FileSystem> {
  return { freeSpace: () => ({ bytes, files }) };
}

describe("a survey", () => {
  test("counts what staging will go through, changes nothing, and tells how far it is", () => {
    const progress = new Progress();
    const calls = watched(nodeFileSystem);
    const { request } = merging(
      { "home/a": "x", "home/d/b": "y", "home/l": symlink("a"), "home/.oauth_refresh.lock/x": "" },
      { fs: calls.fs, progress, leaveOut: (path) => path === "out" },
    );
    const survey = runSteps(surveyTree(request));
    expect(survey.entries).toBe(4);
    expect(survey.room.files).toBe(4);
    expect(calls.changes()).toBe(0);
    expect(progress.describe()).toBe("0 of 4 entries brought to the store");
  });

  test("C07: files that may not be read are named, five of them, and nothing is staged", () => {
    const names = ["1", "2", "3", "4", "5", "6", "7"];
    const { root, request } = merging(Object.fromEntries(names.map((name) => [`home/d/${name}`, "x"])), {
      fs: { ...nodeFileSystem, accessOf: (path) => (/\/d\//.test(path.toString()) ? "none" : "write") },
    });
    const before = snapshot(root);
    const { path, message, remedy, code } = refusal(request);
    expect(path).toBe(`${root}/home/d/1`);
    expect(message).toContain(`${root}/home/d/5 and 2 more (EACCES)`);
    expect(remedy).toContain(`ls -ld ${root}/home/d/1`);
    expect(code).toBe("EACCES");
    expect(snapshot(root)).toEqual(before);
  });

  test("C07: a directory that may not be listed is named", () => {
    const { root, request } = merging(
      { "home/closed/a": "x" },
      {
        fs: {
          ...nodeFileSystem,
          list: (path) => {
            if (path.toString().endsWith("/closed")) throw systemError("EACCES", "scandir", path.toString());
            return nodeFileSystem.list(path);
          },
        },
      },
    );
    expect(refusal(request).message).toContain(`${root}/home/closed (EACCES)`);
  });

  const immutable: Partial<FileSystem> = {
    accessOf: (path) => (path.toString().endsWith("it's") ? "immutable" : "write"),
  };

  test("C07: an immutable file is named with the command that frees it, and nothing is staged", () => {
    const { root, request } = merging({ "home/it's": "x" }, { fs: { ...nodeFileSystem, ...immutable } });
    const before = snapshot(root);
    const { message, remedy } = refusal(request);
    expect(snapshot(root)).toEqual(before);
    expect(message).toContain(`${root}/home/it's`);
    expect(remedy).toBe(`sudo chattr -i -- '${root}/home/it'\\''s'`);
  });

  test("C07: an immutable file of a directory that stays is no obstacle", () => {
    const { request } = merging(
      { "home/it's": "x" },
      { fs: { ...nodeFileSystem, ...immutable }, sourceGoes: false },
    );
    expect(runSteps(surveyTree(request)).entries).toBe(1);
  });

  test("what a client removes while it is looked at is no obstacle", () => {
    const gone: Partial<FileSystem> = {
      accessOf: (path) => {
        throw systemError("ENOENT", "access", path.toString());
      },
    };
    const { request } = merging({ "home/a": "x" }, { fs: { ...nodeFileSystem, ...gone } });
    expect(runSteps(surveyTree(request)).entries).toBe(1);
  });
});

describe("room", () => {
  const big = { "home/big": "x".repeat(100_000) };

  test("B06: too little of it on another disk is told before the first write, in numbers", () => {
    const calls = watched(twoDisks(withRoom(10_000, null)));
    const { root, request } = merging(big, { fs: calls.fs });
    const { message, code, remedy } = refusal(request);
    expect(message).toMatch(/10\d\.\d kB \(10\d{4} bytes\) are needed and 10\.0 kB \(10000 bytes\) are free/);
    expect(message).toContain(`(ENOSPC at ${root}/store/config)`);
    expect(code).toBe("ENOSPC");
    expect(remedy).toContain(`df -h ${root}/store/config`);
    expect(calls.changes()).toBe(0);
  });

  test("B06: of a sparse file the holes count for nothing", () => {
    const { root, request } = merging({ "home/sparse": "" }, { fs: twoDisks(withRoom(1_000_000, null)) });
    truncateSync(join(root, "home/sparse"), 1024 ** 3);
    expect(runSteps(surveyTree(request)).entries).toBe(1);
  });

  test("B06: on the same disk files are linked and need none, which is tried and tidied up", () => {
    const fs = { ...nodeFileSystem, ...withRoom(10_000, 1000) };
    const { root, request } = merging(big, { fs });
    const before = snapshot(root);
    runSteps(surveyTree(request));
    expect(snapshot(root)).toEqual(before);
  });

  test("B06: on the same disk without hard links files need theirs", () => {
    const refuse = (): never => {
      throw systemError("EPERM", "link");
    };
    const { request } = merging(big, { fs: { ...nodeFileSystem, ...withRoom(10_000, 1000), link: refuse } });
    expect(refusal(request).code).toBe("ENOSPC");
  });

  test("B06: what the store has already needs none", () => {
    const tree = { ...big, "store/config/big": big["home/big"] };
    const { request } = merging(tree, { fs: twoDisks(withRoom(10_000, 1000)) });
    expect(runSteps(surveyTree(request)).entries).toBe(1);
  });

  test("B06: too few inodes are told in numbers", () => {
    const { request } = merging({ "home/a": "", "home/b": "" }, { fs: twoDisks(withRoom(1e9, 1)) });
    expect(refusal(request).message).toContain("2 inodes are needed and 1 are free");
  });

  test("a file system that tells no numbers is taken at its word", () => {
    const { request } = merging(big, { fs: twoDisks(withRoom(null, null)) });
    expect(runSteps(surveyTree(request)).entries).toBe(1);
  });
});

/** A disk on which names below the staging directory go through `rename`, or are refused. */
function diskThat(rename: (name: string) => string): FileSystem {
  const located = <T extends string | Buffer>(path: T): T =>
    (path.toString().includes("/staging/") ? Buffer.from(rename(path.toString())) : path) as T;
  const fs = twoDisks();
  return {
    ...fs,
    lstat: (path) => fs.lstat(located(path)),
    openNew: (path, mode) => fs.openNew(located(path), mode),
    unlink: (path) => {
      fs.unlink(located(path));
    },
    symlink: (text, path) => {
      fs.symlink(text, located(path));
    },
  };
}

describe("names", () => {
  const blind = diskThat((path) => path.replace(/\/[^/]*$/, (name) => name.toLowerCase()));

  test("C06: a pair that differs by case is named where the store's disk is blind to it, and nothing stays", () => {
    const { root, request } = merging({ "home/d/A": "1", "home/d/a": "2" }, { fs: blind });
    const before = snapshot(root);
    const { message, code } = refusal(request);
    expect(message).toContain(`takes ${root}/home/d/A and ${root}/home/d/a for one file`);
    expect(code).toBe("EEXIST");
    expect(snapshot(root)).toEqual(before);
  });

  test("C06: without such a pair the same disk is good enough, and so is another with it", () => {
    expect(
      runSteps(surveyTree(merging({ "home/A": "1", "home/d/a": "2" }, { fs: blind }).request)).entries,
    ).toBe(3);
    expect(
      runSteps(surveyTree(merging({ "home/A": "1", "home/a": "2" }, { fs: twoDisks() }).request)).entries,
    ).toBe(2);
  });

  test("C06: twins in the way an accent is written are named", () => {
    const fs = diskThat((path) => path.normalize());
    const { request } = merging({ "home/caf\u00e9": "1", "home/cafe\u0301": "2" }, { fs });
    expect(refusal(request).message).toContain("for one file");
  });

  test("C06: a name that the disk does not take is named", () => {
    const fs = diskThat((path) => {
      if (path.includes(":")) throw systemError("EINVAL", "open", path);
      return path;
    });
    const { root, request } = merging({ "home/ok": "", "home/a:b": "" }, { fs });
    expect(refusal(request).message).toContain(`cannot hold the name of ${root}/home/a:b (":")`);
  });

  test("C06: a symlink is named where the disk holds none", () => {
    const fs = diskThat((path) => {
      if (path.endsWith("/symlink")) throw systemError("ENOSYS", "symlink", path);
      return path;
    });
    const { root, request } = merging({ "home/l": symlink("x") }, { fs });
    expect(refusal(request).message).toContain(`holds no symlinks, as ${root}/home/l is one`);
  });

  test("C06: on the same disk nothing is tried", () => {
    const calls = watched(nodeFileSystem);
    const { request } = merging({ "home/A": "", "home/a": "", "home/a:b": "" }, { fs: calls.fs });
    runSteps(surveyTree(request));
    expect(calls.changes()).toBe(0);
  });
});
