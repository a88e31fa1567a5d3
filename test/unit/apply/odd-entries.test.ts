import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { commitTree } from "../../../src/apply/commit-tree.ts";
import { emptyTally, type MergeRequest, type MergeTally } from "../../../src/apply/merge-request.ts";
import { nodeFileSystem } from "../../../src/apply/node-file-system.ts";
import { Progress } from "../../../src/apply/progress.ts";
import { removeTree } from "../../../src/apply/remove-tree.ts";
import { runSteps } from "../../../src/apply/run-steps.ts";
import { settleTree } from "../../../src/apply/settle-tree.ts";
import { stageTree } from "../../../src/apply/stage-tree.ts";
import { surveyTree } from "../../../src/apply/survey-tree.ts";
import { readTree } from "../../support/found-tree.ts";
import { fifo, snapshot, symlink } from "../../support/tree.ts";
import { merging, twoDisks } from "./merging.ts";

/** Surveys, merges and settles. @returns what had to stay, beside the tally */
function move(request: MergeRequest): { tally: MergeTally; left: string[] } {
  const tally = emptyTally();
  runSteps(surveyTree(request));
  runSteps(stageTree(request, tally));
  runSteps(commitTree(request, tally));
  const settling = { ...request, keepDirectory: false, alsoHeldIn: null, leave: [] };
  const left = runSteps(settleTree(settling)).map((path) => path.toString("latin1"));
  return { tally, left };
}

describe.each([
  ["within one disk", nodeFileSystem],
  ["from one disk to another", twoDisks()],
])("moved %s", (_, fs) => {
  test("B01: names of any bytes stay as they are, with what is in them", () => {
    const { root, request } = merging({}, { fs });
    onTestFinished(() => {
      removeTree(nodeFileSystem, root);
    });
    const names = [
      "-rf",
      "..x",
      "...",
      "two\nlines",
      "$(id)",
      " ",
      "n".repeat(255),
      "caf\u00e9",
      "cafe\u0301",
    ];
    for (const name of [...names.map((text) => Buffer.from(text)), Buffer.from([0x61, 0xff])]) {
      const directory = Buffer.concat([Buffer.from(`${root}/home/`), name]);
      mkdirSync(directory);
      writeFileSync(Buffer.concat([directory, Buffer.from("/"), name]), name);
    }
    const before = readTree(join(root, "home"));
    expect(move(request).left).toEqual([]);
    const after = readTree(join(root, "store/config"));
    const told = (tree: typeof before): string[] =>
      [...tree].map(([path, { kind, content, mode }]) => `${path} ${kind} ${mode.toString(8)} ${content}`);
    expect(told(after)).toEqual(told(before));
    expect(after.size).toBe(20);
  });

  test("B02: FIFOs, sockets and devices are not opened, are told of and stay; the rest is moved", async () => {
    const { root, request } = merging({ "home/d/pipe": fifo(), "home/d/file": "x" }, { fs });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, "home/socket"), resolve));
    onTestFinished(() => {
      server.close();
    });
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) execFileSync("mknod", [join(root, "home/null"), "c", "1", "3"]);
    const odd = ["d/pipe", ...(isRoot ? ["null"] : []), "socket"];
    const { tally, left } = move(request);
    expect(tally.skipped.map(String)).toEqual(odd);
    expect(left).toEqual(odd);
    expect(snapshot(join(root, "store/config"))).toEqual({ d: "directory 0755", "d/file": "file 0644 x" });
  });

  test("B03: symlinks keep their texts, wherever they lead, and are not followed", () => {
    const links = { in: "a", out: "/etc/passwd", up: "..", nowhere: "dangling", loop: "loop" };
    const tree = Object.fromEntries(Object.entries(links).map(([name, text]) => [name, symlink(text)]));
    const { root, request } = merging(
      Object.fromEntries(Object.entries(tree).map(([name, link]) => [`home/${name}`, link])),
      { fs },
    );
    expect(move(request).left).toEqual([]);
    expect(snapshot(join(root, "store/config"))).toEqual(
      Object.fromEntries(Object.entries(links).map(([name, text]) => [name, `symlink ${text}`])),
    );
  });

  test("B04: of a file against a directory, both ways, both are kept", () => {
    const { root, request } = merging(
      { "home/x": "file", "home/y/inner": "in", "store/config/x/inner": "in", "store/config/y": "file" },
      { fs },
    );
    move(request);
    expect(snapshot(join(root, "store"))).toMatchObject({
      "config/x/inner": "file 0644 in",
      "config/y": "file 0644 file",
      "backups/now/x": "file 0644 file",
      "backups/now/y/inner": "file 0644 in",
    });
  });

  test("B05: who waits is told how far it is", () => {
    const progress = new Progress();
    const { request } = merging({ "home/a": "x", "home/d/b": "y" }, { fs, progress });
    const tally = emptyTally();
    runSteps(surveyTree(request));
    const heard = new Set<string>();
    for (const steps = stageTree(request, tally); steps.next().done !== true;) heard.add(progress.describe());
    expect([...heard]).toContain("1 of 3 entries brought to the store");
    expect(progress.describe()).toBe("3 of 3 entries brought to the store");
    runSteps(commitTree(request, tally));
    const settling = { ...request, keepDirectory: true, alsoHeldIn: null, leave: [] };
    runSteps(settleTree(settling));
    expect(progress.describe()).toBe("3 entries removed from where they were");
    expect(readdirSync(request.source)).toEqual([]);
  });

  test("who waits is told where it is brought to, and what is passed by is not counted", () => {
    const progress = new Progress();
    const tree = { "home/a": "x", "home/.oauth_refresh.lock/x": "", "home/d/b": "y" };
    const { root, request } = merging(tree, { fs, progress, into: "the home" });
    execFileSync("mkfifo", [join(root, "home/p"), join(root, "home/d/p")]);
    const heard = new Set<string>();
    runSteps(surveyTree(request));
    for (const steps = stageTree(request, emptyTally()); steps.next().done !== true;)
      heard.add(progress.describe());
    expect([...heard].sort()).toEqual(
      [0, 1, 2, 3].map((n) => `${n.toString()} of 3 entries brought to the home`),
    );
  });
});
