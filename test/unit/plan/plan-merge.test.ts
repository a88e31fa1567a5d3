import { describe, expect, test } from "vitest";
import type { FileType, Stat } from "../../../src/apply/file-system.ts";
import { decideMerge } from "../../../src/plan/plan-merge.ts";

function stat(type: FileType): Stat {
  return {
    type,
    mode: 0o600,
    uid: 0,
    gid: 0,
    size: 0,
    device: 0n,
    inode: 0n,
    accessedNs: 0n,
    allocated: 0,
    links: 1,
    modifiedNs: 0n,
    bornNs: 0n,
  };
}

const TYPES: readonly FileType[] = ["directory", "file", "symlink", "fifo", "socket", "device"];
const KEPT: readonly FileType[] = ["directory", "file", "symlink"];

describe("one entry of a merge", () => {
  const matrix = KEPT.flatMap((source) => [null, ...TYPES].map((target) => [source, target] as const));
  test.each(matrix)("a %s against %s", (source, target) => {
    const expected =
      target === null ? "add" : source !== target ? "lose" : source === "directory" ? "descend" : "compare";
    expect(decideMerge("x", 1, stat(source), target === null ? null : stat(target))).toBe(expected);
  });

  test.each(["fifo", "socket", "device"] as const)("a %s is skipped, whatever is there", (type) => {
    for (const target of [null, ...TYPES])
      expect(decideMerge("x", 0, stat(type), target === null ? null : stat(target))).toBe("skip");
  });

  test.each([
    [".credentials.json", "credential"],
    [".claude.json", "state"],
  ])("%s at the top is decided by what it says", (name, decision) => {
    expect(decideMerge(name, 0, stat("file"), null)).toBe(decision);
    expect(decideMerge(name, 0, stat("file"), stat("file"))).toBe(decision);
    expect(decideMerge(name, 1, stat("file"), stat("file"))).toBe("compare");
    expect(decideMerge(name, 0, stat("symlink"), null)).toBe("add");
    expect(decideMerge(name, 0, stat("file"), stat("directory"))).toBe("lose");
  });

  test.each([
    ".oauth_refresh.lock",
    ".oauth_refresh.lock.owner",
    ".storage-write.lock",
    ".storage-write.lock.owner",
    ".claude.json.lock",
    ".claude-credentials-session-a.lock",
    ".claude-credentials-session-a.lock.owner",
    ".claude-credentials-session-a.lock.claim",
    ".claude-credentials-incoming-x",
  ])("the lock or leftover %s stays out at the top alone", (name) => {
    expect(decideMerge(name, 0, stat("directory"), null)).toBe("ignore");
    expect(decideMerge(name, 1, stat("directory"), null)).toBe("add");
  });
});
