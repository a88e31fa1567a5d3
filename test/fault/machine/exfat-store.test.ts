import { expect, test } from "vitest";
import {
  expectMigrated,
  expectNoLeftovers,
  expectUnmoved,
  expectWholeThroughClient,
  FIRST_MIGRATION,
} from "./support/client-directory.ts";
import { mountNewDisk } from "./support/disks.ts";
import { type Machine, startMachine, VOLUME } from "./support/machine.ts";
import { describeOnMounts } from "./support/requirements.ts";

/** No symlinks, no hard links, no modes, times of whole seconds, and `A` is `a`. */
async function withExfatStore(): Promise<Machine> {
  const machine = await startMachine();
  await machine.add(machine.home, FIRST_MIGRATION);
  await mountNewDisk(machine, "exfat", "stick", VOLUME);
  return machine;
}

describeOnMounts("a store on exFAT", () => {
  test("C06: the store works, and a second start changes nothing", async () => {
    const machine = await withExfatStore();
    const started = await machine.start();
    expect(started.exitCode, started.stdout).toBe(0);
    expect(started.report?.findings.map(({ code }) => code)).toEqual(["STORE_MODE_IGNORED"]);
    await expectMigrated(machine, VOLUME);
    const again = await machine.start();
    expect(again.exitCode).toBe(0);
    expect(again.report?.actions.filter(({ result }) => result !== "unchanged")).toEqual([]);
  });

  const refused = {
    "two names that differ in case alone": ["todos/A.json", "todos/a.json"],
    "a name with a colon": ["todos/12:30.json"],
    "a name with a line break": ["todos/1\n2.json"],
  };
  test.each(Object.entries(refused))("C06: %s: refused before the copy, by name", async (_, names) => {
    const machine = await withExfatStore();
    const files = Object.fromEntries(names.map((name) => [name, `${name}\n`]));
    await machine.add(`${machine.home}/.claude`, files);
    const run = await machine.start();
    expect(run.exitCode).toBe(1);
    const said = JSON.stringify(run.report?.findings);
    for (const name of names) expect(said).toContain(name.split("\n")[0]);
    expect((await machine.hook()).exitCode).toBe(0);
    await expectUnmoved(machine);
    await expectNoLeftovers(machine, [machine.home, VOLUME]);
    const copied = await machine.run(["find", VOLUME, "-name", "history.jsonl"]);
    expect(copied.stdout).toBe("");

    await machine.run(["rm", ...names.map((name) => `${machine.home}/.claude/${name}`)]);
    expect((await machine.start()).exitCode).toBe(0);
    await expectMigrated(machine, VOLUME);
  });

  test("C06: a symlink, which exFAT does not have, is named, and nothing is lost", async () => {
    const machine = await withExfatStore();
    await machine.add(`${machine.home}/.claude`, { "todos/link": { type: "symlink", text: "0" } });
    const run = await machine.start();
    expect(JSON.stringify(run.report?.findings)).toContain("todos/link");
    await expectWholeThroughClient(machine);
    const kept = await machine.run(["find", machine.home, "-name", "link", "-type", "l"]);
    expect(kept.stdout).not.toBe("");
  });
});
