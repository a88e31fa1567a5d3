import { expect, test } from "vitest";
import {
  expectMigrated,
  expectNoLeftovers,
  expectUnmoved,
  expectWholeThroughClient,
  FIRST_MIGRATION,
} from "./support/client-directory.ts";
import { expectFinding } from "./support/findings.ts";
import { startMachine } from "./support/machine.ts";
import { describeOnMounts } from "./support/requirements.ts";

const OBSTACLES = [
  {
    name: "an unreadable file",
    set: (path: string) => ["sh", "-c", 'chown 0:0 "$1" && chmod 600 "$1"', "sh", path],
    undo: (path: string) => ["chown", "1000:1000", path],
    file: "statsig/cache 1.json",
  },
  {
    name: "an immutable file",
    set: (path: string) => ["chattr", "+i", path],
    undo: (path: string) => ["chattr", "-i", path],
    file: "todos/3/list.json",
  },
  {
    name: "an immutable directory",
    set: (path: string) => ["chattr", "+i", path],
    undo: (path: string) => ["chattr", "-i", path],
    file: "todos/3",
  },
  {
    name: "an unreadable directory",
    set: (path: string) => ["sh", "-c", 'chown 0:0 "$1" && chmod 700 "$1"', "sh", path],
    undo: (path: string) => ["chown", "1000:1000", path],
    file: "projects/-work-p2",
  },
];

describeOnMounts("files that cannot be moved", () => {
  for (const { name, set, undo, file } of OBSTACLES) {
    for (const homeApart of [false, true]) {
      test(`C07: ${name} is named and nothing is moved, ${homeApart ? "between" : "on one of"} two disks`, async () => {
        const machine = await startMachine({ homeApart });
        await machine.add(machine.home, FIRST_MIGRATION);
        const path = `${machine.home}/.claude/${file}`;
        await machine.run(set(path));
        const refused = await machine.start();
        expect(refused.exitCode, refused.stdout).toBe(1);
        expectFinding(refused.report, { path: file, cause: /./, command: /./ });
        const hook = await machine.hook();
        expect(hook.exitCode).toBe(0);
        expect(hook.stderr).toContain(file);
        await machine.run(undo(path));
        await expectUnmoved(machine);
        await expectNoLeftovers(machine, [machine.home, machine.workspace]);
        const copied = await machine.run(["find", machine.workspace, "-name", "history.jsonl"]);
        expect(copied.stdout).toBe("");

        expect((await machine.start()).exitCode).toBe(0);
        await expectMigrated(machine);
      });
    }
  }

  test("files of another owner that may be read are in the store, and what may not be removed is named", async () => {
    const machine = await startMachine();
    await machine.add(machine.home, FIRST_MIGRATION);
    const directory = `${machine.home}/.claude/projects/-work-p2`;
    await machine.run(["sh", "-c", 'chown -R 0:0 "$1" && chmod -R a+rX "$1"', "sh", directory]);
    const started = await machine.start();
    expect(started.exitCode, started.stdout).toBe(0);
    expectFinding(started.report, { path: "projects/-work-p2", cause: /./, command: /\.claude\.aside-/ });
    await expectWholeThroughClient(machine);
    const again = await machine.hook();
    expect(again.stderr).toBe("");
  });
});
