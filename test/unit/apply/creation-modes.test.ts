import { afterEach, describe, expect, test } from "vitest";
import { nodeFileSystem } from "../../../src/apply/node-file-system.ts";
import { login, state } from "../../support/login.ts";
import { TestMachine } from "../../support/machine.ts";
import { file } from "../../support/tree.ts";

const before = process.umask(0o022);
process.umask(before);
afterEach(() => {
  process.umask(before);
});

describe.each([0o000, 0o002, 0o022, 0o077])("under umask %o", (umask) => {
  test("nothing of the store is open to others, at no instant", async () => {
    const machine = new TestMachine({
      repository: true,
      tree: {
        "home/.claude/.credentials.json": file(login("a", 9), 0o644),
        "home/.claude/settings.json": file("{}", 0o644),
        "home/.claude.json": file(state("a@b"), 0o644),
        "work/.git/claude-credentials/.claude-credentials/.credentials.json": file(login("b", 1), 0o644),
      },
    });
    const { fs } = machine.machine;
    const opened: string[] = [];
    const openNew = fs.openNew.bind(fs);
    fs.openNew = (path, mode) => {
      const descriptor = openNew(path, mode);
      const made = nodeFileSystem.fstat(descriptor).mode;
      if ((made & 0o077) !== 0) opened.push(`${path.toString()} 0${made.toString(8)}`);
      return descriptor;
    };
    process.umask(umask);
    expect((await machine.start("--strict")).code).toBe(0);
    expect(opened).toEqual([]);

    const store = machine.snapshot("work/.git/claude-credentials");
    expect(store[".claude-credentials"]).toBe("directory 0700");
    expect(store[".claude-credentials/.credentials.json"]).toMatch(/^file 0600 /);
    expect(store[".claude-credentials/.claude.json"]).toMatch(/^file 0600 /);
    expect(store[".claude-credentials/settings.json"]).toBe("file 0644 {}");
    expect(store["backups"]).toBe("directory 0700");
    expect(Object.entries(store).filter(([path]) => path.startsWith("backups/"))).toHaveLength(2);
    for (const [path, entry] of Object.entries(store))
      if (path.startsWith("backups/")) expect(entry).toMatch(/^(directory 0700|file 0600)/);
    expect(machine.mode("work/.git/claude-credentials")).toBe("0700");
    expect((await machine.start()).mutations).toEqual([]);
  });
});
