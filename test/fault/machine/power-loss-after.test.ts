import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import {
  countWhole,
  expectMigratedButForLocks,
  FILE_COUNT,
  FIRST_MIGRATION,
} from "./support/client-directory.ts";
import { SWEEP_TIMEOUT } from "./support/interrupted.ts";
import { type Machine, startMachine } from "./support/machine.ts";
import {
  copyDisk,
  cutPower,
  type DiskKind,
  flushDisks,
  flushSomethingElse,
  replaceDisk,
} from "./support/power.ts";
import { describeOnMounts } from "./support/requirements.ts";

const SECONDS = process.env["FAULTS"] === "all" ? [0, 1, 2, 5, 10, 20, 45] : [0, 2];

const DISKS = (["ext4", "xfs"] as const).flatMap((type) => [
  { type, homeApart: true, name: `${type} disk that holds the workspace` },
  { type, homeApart: false, name: `${type} disk that holds workspace and home` },
]);

/** So many more files that the whole disk is flushed rather than each of them. */
const MANY = Array.from({ length: 100 }, (_, number) => number.toString());

async function migrate(machine: Machine, more: readonly string[] = []): Promise<void> {
  await machine.add(machine.home, FIRST_MIGRATION);
  await machine.add(
    `${machine.home}/.claude`,
    Object.fromEntries(more.map((name) => [`many/${name}`, name])),
  );
  await flushDisks(machine);
  const started = await machine.start();
  expect(started.exitCode, started.stdout + started.stderr).toBe(0);
}

/** What a script does that takes no care: it copies, removes and links. */
async function migrateCarelessly(machine: Machine): Promise<void> {
  await machine.add(machine.home, FIRST_MIGRATION);
  await flushDisks(machine);
  const script =
    'mkdir "$2" && cp -a --reflink=never "$1" "$2/.claude-credentials" && rm -rf "$1" && ln -s "$2/.claude-credentials" "$1"';
  const done = await machine.as(1000, ["sh", "-c", script, "sh", `${machine.home}/.claude`, machine.store]);
  expect(done.exitCode, done.stderr).toBe(0);
}

async function expectFoundByNextStart(machine: Machine, when: string): Promise<void> {
  const next = await machine.start();
  expect(next.exitCode, `${when}: ${next.stdout}${next.stderr}`).toBe(0);
  await expectMigratedButForLocks(machine);
}

/** True where after the cut fewer than all files are whole, wherever they are looked for. */
async function hasLost(machine: Machine): Promise<boolean> {
  const directories = [`${machine.home}/.claude`, `${machine.store}/.claude-credentials`];
  const counts = await Promise.all(directories.map((directory) => countWhole(machine, directory)));
  return counts.every((count) => count < FILE_COUNT);
}

const WAYS: Readonly<Record<string, (machine: Machine, type: DiskKind) => Promise<void>>> = {
  copy: async (machine, type) => {
    await replaceDisk(machine, type, await copyDisk(machine, "after"));
  },
  cut: cutPower,
};

async function copiesOverTime(machine: Machine, type: DiskKind): Promise<void> {
  const done = Date.now();
  const copies: { readonly when: string; readonly copy: string }[] = [];
  for (const seconds of SECONDS) {
    await sleep(Math.max(0, done + seconds * 1000 - Date.now()));
    copies.push({ when: `${seconds} s`, copy: await copyDisk(machine, `after-${seconds}`) });
    if (seconds > 0) continue;
    await flushSomethingElse(machine);
    copies.push({ when: "after another's flush", copy: await copyDisk(machine, "after-flush") });
  }
  for (const { when, copy } of copies) {
    await replaceDisk(machine, type, copy);
    await expectFoundByNextStart(machine, when);
  }
}

describeOnMounts("power loss after start said that it was done", () => {
  for (const { type, homeApart, name } of DISKS) {
    test(
      `D06: a copy, ${SECONDS.join(", ")} s later, of the ${name} has everything`,
      { timeout: SWEEP_TIMEOUT },
      async () => {
        const machine = await startMachine({ type, homeApart });
        await migrate(machine);
        await copiesOverTime(machine, type);
      },
    );

    test(`D06: a cut of the ${name} loses nothing`, async () => {
      for (const prepare of [() => Promise.resolve(), flushSomethingElse]) {
        const machine = await startMachine({ type, homeApart });
        await migrate(machine);
        await prepare(machine);
        await cutPower(machine, type);
        await expectFoundByNextStart(machine, prepare.name);
      }
    });

    test(`D06: a cut of the ${name} loses none of many files`, async () => {
      const machine = await startMachine({ type, homeApart });
      await migrate(machine, MANY);
      await flushSomethingElse(machine);
      await cutPower(machine, type);
      await expectFoundByNextStart(machine, "many");
      const script =
        'cd "$1/.claude/many" && for name in *; do [ "$(cat "$name")" = "$name" ] && echo whole; done';
      const { stdout } = await machine.run(["sh", "-c", script, "sh", machine.home]);
      expect(stdout).toBe("whole\n".repeat(MANY.length));
    });

    test.each(Object.entries(WAYS))(`a careless move is caught by a %s of the ${name}`, async (_, lose) => {
      // Whoever runs a plain `sync` on this machine just then saves it: there is more than one try.
      for (let tries = 0; tries < 5; tries += 1) {
        const machine = await startMachine({ type, homeApart });
        await migrateCarelessly(machine);
        await flushSomethingElse(machine);
        await lose(machine, type);
        if (await hasLost(machine)) return;
      }
      expect.fail("nothing was lost");
    });
  }
});
