import { spawn } from "node:child_process";
import { readFileSync, readlinkSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import type { FileSystem, Path } from "../../../src/apply/file-system.ts";
import { judgeHolder, removeLockOwner } from "../../../src/apply/lock/lock-owner.ts";
import { nodeFileSystem } from "../../../src/apply/node-file-system.ts";
import {
  deadPid,
  judge,
  look,
  NAMESPACE,
  plant,
  REFRESH,
  scene,
  startOf,
  write,
} from "../../support/lock-scene.ts";
import { addToTree, directory, fifo, file } from "../../support/tree.ts";

describe("E04: a holder", () => {
  const dead = deadPid();
  test.each([
    ["whose process is gone is dead", { pid: dead }, "dead"],
    ["whose number another process has now is dead", { procStart: "1" }, "dead"],
    [
      "of another process-id namespace is not known of",
      { pid: dead, pidDomain: "linux:0123456789abcdef0123456789abcdef:pid:[1]" },
      "unknown",
    ],
    ["of another machine is not known of", { pid: dead, pidDomain: `linux:ffff:${NAMESPACE}` }, "unknown"],
    ["of another host name is not known of", { pid: dead, pidSpace: `elsewhere#${NAMESPACE}` }, "unknown"],
    ["of an earlier lock is not this one's", { pid: dead, lockBirthtimeMs: 1_700_000_000_000.5 }, "unknown"],
    ["without a domain is not known of", { pid: dead, pidDomain: undefined }, "unknown"],
    ["with a number that is none is not known of", { pid: "../self" }, "unknown"],
    ["with a negative number is not known of", { pid: -1 }, "unknown"],
    ["with a fraction of a number is not known of", { pid: 1.5 }, "unknown"],
    ["with a start that is none is not known of", { procStart: "1 2" }, "unknown"],
    ["with keys that nobody knows is judged by the others", { pid: dead, more: { pid: 1 } }, "dead"],
  ] as const)("%s", (_, changes, expected) => {
    const at = scene();
    plant(at, changes);
    expect(judge(at)).toBe(expected);
  });

  test("that was killed and not waited for is dead", async () => {
    // It ends once the shell is no shell any more, which would have waited for it.
    const parent = spawn("sh", ["-c", "sleep 0.5 & echo $!; exec sleep 60"]);
    onTestFinished(() => {
      parent.kill();
    });
    const pid = await new Promise<number>((resolve) => {
      parent.stdout.once("data", (text) => {
        resolve(Number(String(text)));
      });
    });
    const stat = (): string => readFileSync(`/proc/${pid.toString()}/stat`, "latin1");
    await expect.poll(stat).toContain(") Z ");
    const at = scene();
    plant(at, { pid, procStart: startOf(pid) });
    expect(judge(at)).toBe("dead");
  });

  test("is not taken for dead where /proc hides the processes of others", () => {
    const at = scene();
    plant(at, { pid: dead });
    expect(judge(at)).toBe("dead");
    const lstat = at.fs.lstat.bind(at.fs);
    const fs = { ...at.fs, lstat: (path: Path) => (path.toString() === "/proc/1/stat" ? null : lstat(path)) };
    expect(judge({ ...at, fs })).toBe("unknown");
  });
});

describe("F08: what is planted as an owner file", () => {
  test.each([
    ["a FIFO", () => fifo()],
    ["a directory", () => directory()],
    ["nothing", () => file("")],
    ["no JSON", () => file("{")],
    ["a list", () => file("[1]")],
    ["null", () => file("null")],
    ["bytes", () => file("\u0000\ufffd".repeat(1000))],
  ])("%s says nothing, and nobody waits for it", (_, make) => {
    const at = scene();
    addToTree(at.root, { [`config/${REFRESH}.owner`]: make() });
    expect(judge(at)).toBe("unknown");
    write(at);
    removeLockOwner(at.fs, at.refresh);
  });

  test("a symlink is neither read nor written through", () => {
    const at = scene();
    write(at);
    const text = readFileSync(at.owner, "utf8").replace(/"pid":\d+/, `"pid":${deadPid().toString()}`);
    removeLockOwner(at.fs, at.refresh);
    writeFileSync(`${at.root}/target`, text);
    symlinkSync(`${at.root}/target`, at.owner);
    expect(judge(at)).toBe("unknown");
    write(at);
    expect(judge(at)).toBe("alive");
    expect(readFileSync(`${at.root}/target`, "utf8")).toBe(text);
  });

  test("a file of 1 GiB is not read", () => {
    const at = scene();
    writeFileSync(at.owner, "");
    truncateSync(at.owner, 2 ** 30);
    const reads: string[] = [];
    const fs: FileSystem = {
      ...nodeFileSystem,
      read: (descriptor, into, position) => {
        reads.push(readlinkSync(`/proc/self/fd/${descriptor.toString()}`));
        return nodeFileSystem.read(descriptor, into, position);
      },
    };
    expect(judgeHolder(fs, at.refresh, look(fs, at.refresh))).toBe("unknown");
    expect(reads).not.toContain(at.owner);
  });
});
